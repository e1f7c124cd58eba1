//@# What kernels leave for each other of a leaf, in pieces: those of one number that TOGETHER
//@# leaves have stand side by side. A warp that writes them has few leaves and all pieces, one that
//@# reads them one piece of 32 leaves, so that either touches half a segment of memory at once.
//@#
//@#     piece   0 0 0 0  1 1 1 1  2 2 2 2  ...     0 0 0 0  ...
//@#     leaf    0 1 2 3  0 1 2 3  0 1 2 3          4 5 6 7
#define TOGETHER_AT(pieces, piece, leaf)                                                          \
    ((leaf) / TOGETHER * (TOGETHER * (pieces)) + (piece) * TOGETHER + (leaf) % TOGETHER)
