// function: f64 log(x) native
// function: f64 log2(x) native
// function: f64 log10(x) native
// function: f64 log1p(x) native
// function: f64 pow(x, y) native
// needs: math_exp_f64.cl
/* Logarithms and powers of f64 lanes: see math_f64.cl. */

/* 1/c with 11 bits, and -log(1/c) as a multiple of 2^-42 and the rest, for 128 intervals of the
 * mantissa from 0x1.6ap-1 on (mr_log_wide_f64). */
MR_TABLE(double, mr_log_table_f64, 384) = {
    0x1.69p0, -0x1.5ff3070a79p-2, -0x1.e9e439f105039p-45,
    0x1.67p0, -0x1.5a42ab0f4dp-2, 0x1.e63af2df7ba69p-50,
    0x1.654p0, -0x1.5541aec91cp-2, 0x1.816aadc72eeb9p-48,
    0x1.634p0, -0x1.4f81fe4764p-2, 0x1.7fcf6434ff08dp-45,
    0x1.614p0, -0x1.49b9feb7c1p-2, -0x1.dac1c58ab60d7p-44,
    0x1.5f8p0, -0x1.44a41b463cp-2, -0x1.1ee28f37cf612p-44,
    0x1.5d8p0, -0x1.3ecc460ef6p-2, 0x1.6028627c1300fp-47,
    0x1.5bcp0, -0x1.39a8619f45p-2, -0x1.8ee51937354f5p-46,
    0x1.59cp0, -0x1.33c05f128ep-2, 0x1.2b906380e1a7dp-45,
    0x1.58p0, -0x1.2e8e2bae12p-2, 0x1.67b1e99b72bd8p-45,
    0x1.564p0, -0x1.29552f81ffp-2, -0x1.48d301771c408p-44,
    0x1.548p0, -0x1.241558bfd1p-2, -0x1.00fff3228fcadp-44,
    0x1.52cp0, -0x1.1ece95528bp-2, 0x1.84e7b09b4a3b8p-46,
    0x1.51p0, -0x1.1980d2dd42p-2, -0x1.b7b3a7a361c9ap-45,
    0x1.4f4p0, -0x1.142bfeb9ap-2, -0x1.1ce6185b58a9ep-44,
    0x1.4d8p0, -0x1.0ed005f658p-2, 0x1.2dc75285aa803p-45,
    0x1.4bcp0, -0x1.096cd55591p-2, -0x1.f998d20550a31p-44,
    0x1.4a4p0, -0x1.04c8de1842p-2, 0x1.fe6ba512ceb86p-46,
    0x1.488p0, -0x1.feb0233e6p-3, -0x1.f316e32d5e8c7p-45,
    0x1.46cp0, -0x1.f3bfa934d6p-3, -0x1.d9f2a937b903bp-45,
    0x1.454p0, -0x1.ea5349e23ap-3, -0x1.81b934c73ccb5p-44,
    0x1.43cp0, -0x1.e0dbc3d92ap-3, -0x1.59233f0529bf1p-44,
    0x1.42p0, -0x1.d5c216b4fcp-3, 0x1.1ba91bbca681bp-45,
    0x1.408p0, -0x1.cc320c0176p-3, -0x1.409039a653794p-45,
    0x1.3fp0, -0x1.c2968558c2p-3, 0x1.cfd73dee38a4p-45,
    0x1.3d4p0, -0x1.b7526a22e4p-3, -0x1.c0dbf2e78549p-45,
    0x1.3bcp0, -0x1.ad9da1f828p-3, 0x1.882b7c803f05p-44,
    0x1.3a4p0, -0x1.a3dd04b938p-3, -0x1.97da1366e2c5ap-45,
    0x1.38cp0, -0x1.9a10756988p-3, -0x1.64aa6242cd098p-45,
    0x1.374p0, -0x1.9037d6a18p-3, -0x1.30dea57c1c8d9p-45,
    0x1.35cp0, -0x1.86530a8c7p-3, -0x1.98bb0cb4ea3e3p-44,
    0x1.348p0, -0x1.7e0afd630cp-3, -0x1.39e7c1d8f1034p-46,
    0x1.33p0, -0x1.740f8f5404p-3, 0x1.0b66c99018aa1p-44,
    0x1.318p0, -0x1.6a079d0f7ap-3, -0x1.5a3f8448d14f5p-44,
    0x1.3p0, -0x1.5ff3070a7ap-3, 0x1.8586f183bebf2p-44,
    0x1.2ecp0, -0x1.5782cb3092p-3, 0x1.3a46351794442p-44,
    0x1.2d4p0, -0x1.4d56b5798ep-3, -0x1.8058015a96555p-44,
    0x1.2cp0, -0x1.44d2b6ccb8p-3, 0x1.70cc16135783cp-46,
    0x1.2a8p0, -0x1.3a8eb2d31ap-3, -0x1.bafb77d5d503ep-46,
    0x1.294p0, -0x1.31f693eb1ap-3, 0x1.a6726e5a396fbp-45,
    0x1.27cp0, -0x1.279a300ab4p-3, -0x1.ef432b3235108p-44,
    0x1.268p0, -0x1.1eed90e2dcp-3, -0x1.615637097648fp-46,
    0x1.254p0, -0x1.16377fb124p-3, -0x1.91e1abf41763ep-47,
    0x1.24p0, -0x1.0d77e7cd08p-3, -0x1.cb2cd2ee2f482p-44,
    0x1.22cp0, -0x1.04aeb449f6p-3, -0x1.afa9065ccd35cp-45,
    0x1.214p0, -0x1.f42dba3a24p-4, 0x1.312b732df6c0dp-44,
    0x1.2p0, -0x1.e27076e2bp-4, 0x1.a342c2af0003cp-45,
    0x1.1ecp0, -0x1.d09f72b4c4p-4, -0x1.048c000354e33p-45,
    0x1.1d8p0, -0x1.beba818148p-4, 0x1.89b78b6df1f57p-44,
    0x1.1c4p0, -0x1.acc1768434p-4, 0x1.aa783a0b7fa4cp-45,
    0x1.1bp0, -0x1.9ab4246204p-4, 0x1.8a64826787061p-45,
    0x1.1ap0, -0x1.8c345d6318p-4, -0x1.b20f5acb42a66p-44,
    0x1.18cp0, -0x1.7a0216f648p-4, -0x1.e124ca18418ffp-44,
    0x1.178p0, -0x1.67bb0726ecp-4, -0x1.f724b69ef5912p-49,
    0x1.164p0, -0x1.555efe40b4p-4, -0x1.0b4978c868e23p-44,
    0x1.15p0, -0x1.42edcbea64p-4, -0x1.bc0eeea7c9acdp-46,
    0x1.14p0, -0x1.341d7961bcp-4, -0x1.1d0929983761p-44,
    0x1.12cp0, -0x1.2185b3b75cp-4, 0x1.e3189f8f32304p-44,
    0x1.11cp0, -0x1.129644403p-4, 0x1.d53bb751aa773p-44,
    0x1.108p0, -0x1.ffae9119b8p-5, -0x1.303374262c554p-45,
    0x1.0f4p0, -0x1.da0478be38p-5, -0x1.252c7b1f6fe05p-45,
    0x1.0e4p0, -0x1.bbc2bfc45p-5, 0x1.7d18691417dafp-46,
    0x1.0d4p0, -0x1.9d644fdff8p-5, -0x1.13c90539a473bp-44,
    0x1.0cp0, -0x1.77458f633p-5, 0x1.181dce586af09p-44,
    0x1.0bp0, -0x1.58a5bafc9p-5, 0x1.b2b739570ad39p-45,
    0x1.09cp0, -0x1.32348c7p-5, -0x1.696db90b1e49fp-45,
    0x1.08cp0, -0x1.1352378598p-5, 0x1.c1ac3b71fa59bp-46,
    0x1.07cp0, -0x1.e8a3ee30dp-6, 0x1.1a9fa3de539p-45,
    0x1.06cp0, -0x1.aa6721ee8p-6, -0x1.ad4eb5c5af494p-45,
    0x1.058p0, -0x1.5c45a51b9p-6, 0x1.63bb6216d87d8p-45,
    0x1.048p0, -0x1.1d7f7eb9fp-6, 0x1.4193a83fcc7a6p-46,
    0x1.038p0, -0x1.bcf712c74p-7, -0x1.c25e097bd9771p-46,
    0x1.028p0, -0x1.3e7295d26p-7, 0x1.609c1ff29a114p-45,
    0x1.018p0, -0x1.7ee11ebd8p-8, -0x1.749d3c2d23a07p-47,
    0x1p0, 0.0, 0.0,
    0x1p0, 0.0, 0.0,
    0x1.fap-1, 0x1.82448a388p-7, 0x1.4554412c584ep-44,
    0x1.f64p-1, 0x1.3b024b78cp-6, 0x1.59a5e23a02f83p-44,
    0x1.f24p-1, 0x1.be0422fcdp-6, 0x1.a3d8850fe5939p-44,
    0x1.ee8p-1, 0x1.1ce5a62bcp-5, 0x1.a9cc78d8df999p-44,
    0x1.ebp-1, 0x1.5715c4c04p-5, -0x1.8888ddfc47628p-44,
    0x1.e74p-1, 0x1.95e430f8dp-5, -0x1.ba22cf76874ddp-45,
    0x1.e3cp-1, 0x1.d0f2c1dda8p-5, -0x1.8e40e3ef1e888p-45,
    0x1.ep-1, 0x1.08598b59e4p-4, -0x1.7e5dd7009902cp-46,
    0x1.dccp-1, 0x1.242d6c1a58p-4, 0x1.4b838ac648481p-45,
    0x1.d94p-1, 0x1.425bce8474p-4, 0x1.365ac5219daefp-45,
    0x1.d5cp-1, 0x1.60c38ba798p-4, 0x1.45cb10ebb04a5p-44,
    0x1.d28p-1, 0x1.7d33687c28p-4, 0x1.3c88c3e706706p-44,
    0x1.cf4p-1, 0x1.99d62a65ecp-4, -0x1.a45d04f9775edp-46,
    0x1.ccp-1, 0x1.b6ac88dad4p-4, 0x1.b1bdff50225c7p-44,
    0x1.c8cp-1, 0x1.d3b73f37ep-4, 0x1.f9a8099ed2804p-44,
    0x1.c58p-1, 0x1.f0f70cdd98p-4, 0x1.2e31f6c272c1ep-44,
    0x1.c28p-1, 0x1.06135354d4p-3, 0x1.6304628340ee9p-44,
    0x1.bf4p-1, 0x1.14e75b48ap-3, -0x1.03dcc900f371fp-51,
    0x1.bc4p-1, 0x1.22aff2ddbep-3, -0x1.a3c2a6b06962p-45,
    0x1.b94p-1, 0x1.3090733ce4p-3, -0x1.819b90764f584p-45,
    0x1.b64p-1, 0x1.3e892fe996p-3, -0x1.24aa9375956dcp-44,
    0x1.b38p-1, 0x1.4b6d6fefe2p-3, 0x1.522ecf56e7952p-46,
    0x1.b08p-1, 0x1.59958ff1d6p-3, -0x1.a1d059769ca05p-44,
    0x1.adcp-1, 0x1.66a5d42a3ap-3, 0x1.a68933aa00298p-44,
    0x1.abp-1, 0x1.73cb9074fep-3, -0x1.d66a90d0005a6p-44,
    0x1.a84p-1, 0x1.81070bd7bap-3, -0x1.ff00bfaccbe8dp-44,
    0x1.a58p-1, 0x1.8e588ebac2p-3, 0x1.b7d5cab2d114p-44,
    0x1.a2cp-1, 0x1.9bc062f27p-3, -0x1.e2c9f9fd864adp-46,
    0x1.ap-1, 0x1.a93ed3c8aep-3, -0x1.8724350562169p-45,
    0x1.9d8p-1, 0x1.b5971a213ap-3, 0x1.9b50e83aa91dfp-44,
    0x1.9bp-1, 0x1.c2028ab18p-3, -0x1.92e0ee55c7ac6p-45,
    0x1.984p-1, 0x1.cfc25714bep-3, -0x1.810b32c7f1bbep-46,
    0x1.95cp-1, 0x1.dc56cae452p-3, 0x1.eb37aa24e1817p-44,
    0x1.934p-1, 0x1.e8ff2622bap-3, 0x1.78e13d33981e5p-44,
    0x1.90cp-1, 0x1.f5bba8306p-3, 0x1.41b254a43da63p-44,
    0x1.8e8p-1, 0x1.00a1c6addap-2, 0x1.1cd8d688b9e18p-44,
    0x1.8cp-1, 0x1.07138604d6p-2, -0x1.e76324e912b17p-44,
    0x1.898p-1, 0x1.0d8fb813ebp-2, 0x1.ee8c88753fa35p-46,
    0x1.874p-1, 0x1.136ef02e83p-2, -0x1.bd05830e5825p-44,
    0x1.85p-1, 0x1.1956d3b9bcp-2, 0x1.7d2f73ad1aa14p-45,
    0x1.82cp-1, 0x1.1f477c7573p-2, 0x1.6d6d4010d751ap-45,
    0x1.808p-1, 0x1.25410494e5p-2, 0x1.b1d7ac0ef77f2p-44,
    0x1.7e4p-1, 0x1.2b4386c169p-2, -0x1.e7d8c5cbc9cf9p-47,
    0x1.7cp-1, 0x1.314f1e1d36p-2, -0x1.8e27ad3213cb8p-45,
    0x1.79cp-1, 0x1.3763e64645p-2, 0x1.18b1f291dcb56p-44,
    0x1.778p-1, 0x1.3d81fb5947p-2, -0x1.22c7c2a9d37a4p-45,
    0x1.758p-1, 0x1.42f9f3ff62p-2, 0x1.906440f7d3354p-44,
    0x1.734p-1, 0x1.4929e8db4ep-2, 0x1.b9056556c70dep-44,
    0x1.714p-1, 0x1.4eb1f36b07p-2, 0x1.8404746e5797bp-46,
    0x1.6f4p-1, 0x1.5441aecbc6p-2, 0x1.258e66008d39bp-45,
    0x1.6dp-1, 0x1.5a8cadbbeep-2, -0x1.7c79b0af7ecf8p-48,
    0x1.6bp-1, 0x1.602d08af09p-2, 0x1.ebe9176df3f65p-46,
};

/* x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2). */
typedef struct {
    vf64 k, f;
} mr_split_f64;

/* Splits a normal x > 0, by its bits; `bias` is added to k. */
MR_FN mr_split_f64 mr_split_bits_f64(vu64 bits, vf64 bias)
{
    mr_split_f64 s;
    vu64 above = bits + K_U64(0x40195f619980c433); /* k + 2048, mantissa */
    s.k = mr_count_f64(above >> K_U64(52)) - bias;
    vf64 m = AS_F64(bits - (above & K_U64(0xfff0000000000000)) + MR_SIGN_F64);
    s.f = m - K_F64(1.0);
    return s;
}

/* For x > 0 and finite; subnormals too. */
MR_FN mr_split_f64 mr_split_log_f64(vf64 x)
{
    vm64 tiny = x < K_F64(0x1p-1022);
    return mr_split_bits_f64(AS_U64(tiny ? x * K_F64(0x1p54) : x),
                             tiny ? K_F64(2102.0) : K_F64(2048.0));
}

/* log(1 + f) = f - square + tail, sqrt(1/2) <= 1 + f < sqrt(2), with square = f^2/2 rounded. With
 * s = f / (2 + f): log(1 + f) = 2 s + s R, and 2 s = f - s f, s f = f^2/2 - s f^2/2
 * (the rearrangement is Ng's, in the log of 4.3BSD). */
typedef struct {
    vf64 square, tail;
} mr_log_parts_f64;

MR_FN mr_log_parts_f64 mr_log_parts_of_f64(vf64 f)
{
    mr_log_parts_f64 y;
    vf64 s = f / (K_F64(2.0) + f);
    vf64 z = s * s;
    /* log((1 + s) / (1 - s)) = 2 s + s z p(z), z = s^2 <= 0.02944: relative error 2^-57.6. */
    vf64 p_z = z * z;
    vf64 p_even = K_F64(0x1.2b5949cfa6afbp-3);
    p_even = p_even * p_z + K_F64(0x1.7462b50a97ac2p-3);
    p_even = p_even * p_z + K_F64(0x1.2492492defb07p-2);
    p_even = p_even * p_z + K_F64(0x1.5555555555558p-1);
    vf64 p_odd = K_F64(0x1.39fe4eb5bb4bep-3);
    p_odd = p_odd * p_z + K_F64(0x1.c71c62e541c51p-3);
    p_odd = p_odd * p_z + K_F64(0x1.999999999531cp-2);
    vf64 p = p_odd * z + p_even;
    y.square = K_F64(0.5) * f * f;
    y.tail = s * (y.square + z * p);
    return y;
}

/* The values of every logarithm at and beyond the ends of its domain. */
MR_FN vf64 mr_log_ends_f64(vf64 x, vf64 y)
{
    y = x < MR_INF_F64 ? y : x;
    y = x == K_F64(0.0) ? -MR_INF_F64 : y;
    return x >= K_F64(0.0) ? y : MR_NAN_F64;
}

MR_FN vf64 mr_log_of_split_f64(mr_split_f64 a)
{
    mr_log_parts_f64 p = mr_log_parts_of_f64(a.f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k * MR_LN2_HI_F64, a.f);
    return s.hi + (s.lo - (p.square - (p.tail + a.k * MR_LN2_LO_F64)));
}

MR_FN vf64 mr_log_f64(vf64 x)
{
    return mr_log_ends_f64(x, mr_log_of_split_f64(mr_split_log_f64(x)));
}

/* The same for a normal x > 0 only. */
MR_FN vf64 mr_log_normal_f64(vf64 x)
{
    return mr_log_of_split_f64(mr_split_bits_f64(AS_U64(x), K_F64(2048.0)));
}

/* log(1 + f) = hi + lo with 26 bits in hi. */
MR_FN mr_pair_f64 mr_log_pair_f64(vf64 f)
{
    mr_pair_f64 y;
    mr_log_parts_f64 p = mr_log_parts_of_f64(f);
    y.hi = mr_top_f64(f - p.square);
    y.lo = ((f - y.hi) - p.square) + p.tail;
    return y;
}

MR_FN vf64 mr_log2_f64(vf64 x)
{
    mr_split_f64 a = mr_split_log_f64(x);
    mr_pair_f64 l = mr_log_pair_f64(a.f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k, l.hi * K_F64(0x1.7154768p0));
    vf64 lo = l.lo * K_F64(0x1.71547652b82fep0) + l.hi * K_F64(-0x1.6a3e80f444178p-27);
    return mr_log_ends_f64(x, s.hi + (s.lo + lo));
}

MR_FN vf64 mr_log10_f64(vf64 x)
{
    mr_split_f64 a = mr_split_log_f64(x);
    mr_pair_f64 l = mr_log_pair_f64(a.f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k * K_F64(0x1.34413509f78p-2),
                                    l.hi * K_F64(0x1.bcb7b18p-2));
    vf64 lo = l.lo * K_F64(0x1.bcb7b1526e50ep-2) + l.hi * K_F64(-0x1.6c8d78e6acaa4p-29);
    lo = lo + a.k * K_F64(0x1.fef311f12b358p-46);
    return mr_log_ends_f64(x, s.hi + (s.lo + lo));
}

/* log(u) + (1 + x - u) / u with u = 1 + x rounded; where u is already in [sqrt(1/2), sqrt(2)), f is
 * x itself. */
MR_FN vf64 mr_log1p_f64(vf64 x)
{
    mr_pair_f64 u = mr_sum_f64(K_F64(1.0), x);
    mr_split_f64 a = mr_split_log_f64(u.hi);
    vm64 near_one = a.k == K_F64(0.0);
    vf64 f = near_one ? x : a.f;
    vf64 rest = near_one ? K_F64(0.0) : u.lo / u.hi;
    mr_log_parts_f64 p = mr_log_parts_of_f64(f);
    mr_pair_f64 s = mr_fast_sum_f64(a.k * MR_LN2_HI_F64, f);
    vf64 y = s.hi + (s.lo - (p.square - (p.tail + (rest + a.k * MR_LN2_LO_F64))));
    y = x == K_F64(0.0) ? x : y;
    return mr_log_ends_f64(u.hi, y);
}

/* log(x) to about 2^-67 for x > 0 and finite: x = 2^k m, 1/c from a table with 11 bits, so that
 * r = m/c - 1 is exact in two parts (Tang 1990, Table-driven implementation of the logarithm
 * function). The intervals that touch 1 have c = 1. */
MR_FN mr_pair_f64 mr_log_wide_f64(vf64 x)
{
    vm64 tiny = x < K_F64(0x1p-1022);
    vu64 bits = AS_U64(tiny ? x * K_F64(0x1p54) : x);
    vu64 above = bits + K_U64(0x4019600000000000);
    vf64 k = mr_count_f64(above >> K_U64(52)) - (tiny ? K_F64(2102.0) : K_F64(2048.0));
    vf64 m = AS_F64(bits - (above & K_U64(0xfff0000000000000)) + MR_SIGN_F64);
    vu64 entry = ((above >> K_U64(45)) & K_U64(127)) * K_U64(3);
    vf64 inverse = GATHER_F64(mr_log_table_f64, entry);
    vf64 log_hi = GATHER_F64(mr_log_table_f64, entry + K_U64(1));
    vf64 log_lo = GATHER_F64(mr_log_table_f64, entry + K_U64(2));

    vf64 m_hi = AS_F64(AS_U64(m) & K_U64(0xfffffffffffff800));
    mr_pair_f64 r = mr_fast_sum_f64(m_hi * inverse - K_F64(1.0), (m - m_hi) * inverse);
    /* log(1 + r) = r - r^2/2 + r^3 p(r), |r| < 0.0081: error of p 2^-55.6. */
    vf64 p_z = r.hi * r.hi;
    vf64 p_even = K_F64(0x1.c9b1d6b9595b9p-4);
    p_even = p_even * p_z + K_F64(0x1.24923fa55c602p-3);
    p_even = p_even * p_z + K_F64(0x1.99999999adb59p-3);
    p_even = p_even * p_z + K_F64(0x1.5555555555555p-2);
    vf64 p_odd = K_F64(-0x1.9b5727a9c0b75p-4);
    p_odd = p_odd * p_z + K_F64(-0x1.fffff6b7c909bp-4);
    p_odd = p_odd * p_z + K_F64(-0x1.555555555af83p-3);
    p_odd = p_odd * p_z + K_F64(-0x1p-2);
    vf64 p = p_odd * r.hi + p_even;
    vf64 r_top = mr_top_f64(r.hi);
    vf64 half_square = K_F64(0.5) * r_top * r_top;
    vf64 lo = r.lo - r.hi * r.lo - K_F64(0.5) * (r.hi - r_top) * (r.hi + r_top);
    lo = lo + r.hi * r.hi * r.hi * p + (k * MR_LN2_LO_F64 + log_lo);
    mr_pair_f64 s = mr_fast_sum_f64(k * MR_LN2_HI_F64 + log_hi, r.hi);
    mr_pair_f64 t = mr_fast_sum_f64(s.hi, -half_square);
    return mr_fast_sum_f64(t.hi, t.lo + (s.lo + lo));
}

/* The result of pow where |x| or y is 0, 1 or infinite, x is negative or either is NaN;
 * magnitude = |x|^y otherwise. */
MR_FN vf64 mr_pow_ends_f64(vf64 x, vf64 y, vf64 magnitude)
{
    vf64 one = K_F64(1.0), zero = K_F64(0.0), inf = MR_INF_F64;
    vf64 ax = ABS_F64(x), ay = ABS_F64(y);
    vm64 integer = TRUNC_F64(y) == y;
    vm64 odd = integer & (TRUNC_F64(K_F64(0.5) * y) != K_F64(0.5) * y);
    vf64 r = magnitude;
    r = ((ax == zero) | (ax == inf)) ? (((ax == zero) == (y < zero)) ? inf : zero) : r;
    r = ay == inf ? (((ax < one) == (y < zero)) ? inf : zero) : r;
    r = ((ay == inf) & (ax == one)) ? one : r;
    r = ((x < zero) & !integer & (ax < inf)) ? MR_NAN_F64 : r;
    r = AS_F64(AS_U64(r) | (odd ? AS_U64(x) & MR_SIGN_F64 : K_U64(0)));
    r = ((x != x) | (y != y) | (r != r)) ? MR_NAN_F64 : r;
    return ((y == zero) | (x == one)) ? one : r;
}

MR_FN vf64 mr_pow_f64(vf64 x, vf64 y)
{
    mr_pair_f64 l = mr_log_wide_f64(ABS_F64(x));
    mr_pair_f64 p = mr_product_f64(y, l.hi);
    p.lo = p.lo + y * l.lo;
    vm64 huge = !(ABS_F64(p.hi) < K_F64(800.0));
    p.lo = huge ? K_F64(0.0) : p.lo;
    p.hi = huge ? (p.hi > K_F64(0.0) ? K_F64(800.0) : K_F64(-800.0)) : p.hi;
    mr_scaled_f64 e = mr_exp_scaled_f64(p.hi, p.lo);
    return mr_pow_ends_f64(x, y, mr_scale_f64(e.hi + e.lo, e.shifted));
}
