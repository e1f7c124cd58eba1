/* The OpenCL functions in use, by their 1.2 names. */
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
    ROW(clGetMemObjectInfo)                                                                        \
    ROW(clCreateProgramWithSource)                                                                 \
    ROW(clBuildProgram)                                                                            \
    ROW(clRetainProgram)                                                                           \
    ROW(clReleaseProgram)                                                                          \
    ROW(clGetProgramBuildInfo)                                                                     \
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
    ROW(clEnqueueBarrierWithWaitList)                                                              \
    ROW(clEnqueueMarkerWithWaitList)                                                               \
    ROW(clWaitForEvents)                                                                           \
    ROW(clGetEventInfo)                                                                            \
    ROW(clRetainEvent)                                                                             \
    ROW(clReleaseEvent)                                                                            \
    ROW(clFlush)                                                                                   \
    ROW(clFinish)

#endif
