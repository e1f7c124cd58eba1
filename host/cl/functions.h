/* The OpenCL functions in use, by their 1.2 names but for the last ones, and the place of each in
 * the table that a driver hands to loaders (CL/cl_icd.h). */
#ifndef MR_CL_FUNCTIONS_H
#define MR_CL_FUNCTIONS_H

#define MR_CL_FUNCTIONS(ROW)                                                                       \
    ROW(clGetPlatformIDs, 0)                                                                       \
    ROW(clGetPlatformInfo, 1)                                                                      \
    ROW(clGetDeviceIDs, 2)                                                                         \
    ROW(clGetDeviceInfo, 3)                                                                        \
    ROW(clCreateContext, 4)                                                                        \
    ROW(clRetainContext, 6)                                                                        \
    ROW(clReleaseContext, 7)                                                                       \
    ROW(clGetContextInfo, 8)                                                                       \
    ROW(clCreateCommandQueue, 9)                                                                   \
    ROW(clRetainCommandQueue, 10)                                                                  \
    ROW(clReleaseCommandQueue, 11)                                                                 \
    ROW(clGetCommandQueueInfo, 12)                                                                 \
    ROW(clCreateBuffer, 14)                                                                        \
    ROW(clRetainMemObject, 17)                                                                     \
    ROW(clReleaseMemObject, 18)                                                                    \
    ROW(clSetMemObjectDestructorCallback, 83)                                                      \
    ROW(clGetMemObjectInfo, 20)                                                                    \
    ROW(clCreateProgramWithSource, 26)                                                             \
    ROW(clCreateProgramWithBinary, 27)                                                             \
    ROW(clBuildProgram, 30)                                                                        \
    ROW(clRetainProgram, 28)                                                                       \
    ROW(clReleaseProgram, 29)                                                                      \
    ROW(clGetProgramBuildInfo, 33)                                                                 \
    ROW(clGetProgramInfo, 32)                                                                      \
    ROW(clCreateKernel, 34)                                                                        \
    ROW(clReleaseKernel, 37)                                                                       \
    ROW(clSetKernelArg, 38)                                                                        \
    ROW(clGetKernelWorkGroupInfo, 40)                                                              \
    ROW(clEnqueueNDRangeKernel, 59)                                                                \
    ROW(clEnqueueMapBuffer, 56)                                                                    \
    ROW(clEnqueueUnmapMemObject, 58)                                                               \
    ROW(clEnqueueReadBuffer, 48)                                                                   \
    ROW(clEnqueueWriteBuffer, 49)                                                                  \
    ROW(clEnqueueCopyBuffer, 50)                                                                   \
    ROW(clEnqueueFillBuffer, 102)                                                                  \
    ROW(clWaitForEvents, 41)                                                                       \
    ROW(clGetEventInfo, 42)                                                                        \
    ROW(clRetainEvent, 43)                                                                         \
    ROW(clReleaseEvent, 44)                                                                        \
    ROW(clFlush, 46)                                                                               \
    ROW(clFinish, 47)

/* OpenCL 2.0 has these, too: NULL where the loader is older. Only devices of that version are asked
 * for them. */
#define MR_CL_LATER_FUNCTIONS(ROW)                                                                 \
    ROW(clSVMAlloc, 126)                                                                           \
    ROW(clSVMFree, 127)

#endif
