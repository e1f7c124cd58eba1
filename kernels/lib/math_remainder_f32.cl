// function: f32 fmod(x, y)
// needs: math_f32.cl
/* The remainder of f32 lanes, exactly: see math_f32.cl. */

/* x and y are 2^e times numbers m, 1 to 2. A step scales the rest by up to 2^11 and takes from it
 * q times the m of y, for the nearest q: q has 12 bits, so its products with both halves of m are
 * exact, and so are the differences, multiples of m's last place, at most m / 2 at the end. What y
 * fits in less than 2^11 times takes one step, the greatest quotient 26. */
MR_FN vf32 mr_fmod_f32(vf32 x, vf32 y)
{
    const vf32 none = K_F32(0.0f), most = K_F32(11.0f), up = K_F32(0x1p24f);
    const vu32 fraction = K_U32(0x7fffff), unit = K_U32(0x3f800000);
    vf32 ax = ABS_F32(x), ay = ABS_F32(y);
    vm32 x_tiny = ax < K_F32(0x1p-126f), y_tiny = ay < K_F32(0x1p-126f);
    vm32 is_number = (ax < MR_INF_F32) & (ay > none), is_less = ax < ay;
    vu32 x_bits = AS_U32(x_tiny ? ax * up : ax), y_bits = AS_U32(y_tiny ? ay * up : ay);
    vf32 x_e = mr_count_f32(x_bits >> K_U32(23)) - (x_tiny ? K_F32(151.0f) : K_F32(127.0f));
    vf32 y_e = mr_count_f32(y_bits >> K_U32(23)) - (y_tiny ? K_F32(151.0f) : K_F32(127.0f));
    vf32 rest = AS_F32((x_bits & fraction) | unit), m = AS_F32((y_bits & fraction) | unit);
    vf32 m_hi = mr_top_f32(m), m_lo = m - m_hi;
    vf32 left = is_number ? x_e - y_e : none;
    do {
        vf32 shifted = mr_clamp_f32(left, none, most) + MR_SHIFT_F32;
        rest = rest * AS_F32((AS_U32(shifted) + K_U32(127)) << K_U32(23));
        vf32 q = (rest / m + MR_SHIFT_F32) - MR_SHIFT_F32;
        rest = (rest - q * m_hi) - q * m_lo;
        left = left - most;
    } while (MASK_ANY(left > none));
    rest = rest < none ? rest + m : rest;
    rest = COPYSIGN_F32(mr_scale_f32(rest, y_e + MR_SHIFT_F32), x);
    return is_number ? (is_less ? x : rest) : MR_NAN_F32;
}
