/* The OpenCL functions in use, by their 1.2 names but for the last ones. */
#ifndef MR_CL_FUNCTIONS_H
#define MR_CL_FUNCTIONS_H

#define MR_CL_FUNCTIONS(ROW)                                                                       \
    ROW(clGetPlatformIDs)                                                                          \
    ROW(clGetPlatformInfo)                                                                         \
    ROW(clGetDeviceIDs)                                                                            \
    ROW(clGetDeviceInfo)                                                                           \
    ROW(clCreateContext)                                                                           \
    ROW(clRetainContext)                                                                           \
    ROW(clReleaseContext)                                                                          \
    ROW(clGetContextInfo)                                                                          \
    ROW(clCreateCommandQueue)                                                                      \
    ROW(clRetainCommandQueue)                                                                      \
    ROW(clReleaseCommandQueue)                                                                     \
    ROW(clGetCommandQueueInfo)                                                                     \
    ROW(clCreateBuffer)                                                                            \
    ROW(clRetainMemObject)                                                                         \
    ROW(clReleaseMemObject)                                                                        \
    ROW(clSetMemObjectDestructorCallback)                                                          \
    ROW(clGetMemObjectInfo)                                                                        \
    ROW(clCreateProgramWithSource)                                                                 \
    ROW(clCreateProgramWithBinary)                                                                 \
    ROW(clBuildProgram)                                                                            \
    ROW(clRetainProgram)                                                                           \
    ROW(clReleaseProgram)                                                                          \
    ROW(clGetProgramBuildInfo)                                                                     \
    ROW(clGetProgramInfo)                                                                          \
    ROW(clCreateKernel)                                                                            \
    ROW(clReleaseKernel)                                                                           \
    ROW(clSetKernelArg)                                                                            \
    ROW(clGetKernelWorkGroupInfo)                                                                  \
    ROW(clEnqueueNDRangeKernel)                                                                    \
    ROW(clEnqueueMapBuffer)                                                                        \
    ROW(clEnqueueUnmapMemObject)                                                                   \
    ROW(clEnqueueReadBuffer)                                                                       \
    ROW(clEnqueueWriteBuffer)                                                                      \
    ROW(clEnqueueCopyBuffer)                                                                       \
    ROW(clEnqueueFillBuffer)                                                                       \
    ROW(clWaitForEvents)                                                                           \
    ROW(clGetEventInfo)                                                                            \
    ROW(clRetainEvent)                                                                             \
    ROW(clReleaseEvent)                                                                            \
    ROW(clFlush)                                                                                   \
    ROW(clFinish)

/* Of OpenCL 2.0: NULL where the loader is older. Asked only of devices of that version. */
#define MR_CL_LATER_FUNCTIONS(ROW)                                                                 \
    ROW(clSVMAlloc)                                                                                \
    ROW(clSVMFree)

#endif
