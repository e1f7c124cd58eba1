// function: f64 fmod(x, y)
// needs: math_f64.cl
/* The remainder of f64 lanes, exactly: see math_f64.cl. */

/* x and y are 2^e times numbers m, 1 to 2. A step scales the rest by up to 2^25 and takes from it
 * q times the m of y, for the nearest q: q has 26 bits, so its products with both halves of m are
 * exact, and so are the differences, multiples of m's last place, at most m / 2 at the end. What y
 * fits in less than 2^25 times takes one step, the greatest quotient 84. */
MR_FN vf64 mr_fmod_f64(vf64 x, vf64 y)
{
    const vf64 none = K_F64(0.0), most = K_F64(25.0), up = K_F64(0x1p54);
    const vu64 fraction = K_U64(0xfffffffffffff), unit = K_U64(0x3ff0000000000000);
    vf64 ax = ABS_F64(x), ay = ABS_F64(y);
    vm64 x_tiny = ax < K_F64(0x1p-1022), y_tiny = ay < K_F64(0x1p-1022);
    vm64 is_number = (ax < MR_INF_F64) & (ay > none), is_less = ax < ay;
    vu64 x_bits = AS_U64(x_tiny ? ax * up : ax), y_bits = AS_U64(y_tiny ? ay * up : ay);
    vf64 x_e = mr_count_f64(x_bits >> K_U64(52)) - (x_tiny ? K_F64(1077.0) : K_F64(1023.0));
    vf64 y_e = mr_count_f64(y_bits >> K_U64(52)) - (y_tiny ? K_F64(1077.0) : K_F64(1023.0));
    vf64 rest = AS_F64((x_bits & fraction) | unit), m = AS_F64((y_bits & fraction) | unit);
    vf64 m_hi = mr_top_f64(m), m_lo = m - m_hi;
    vf64 left = is_number ? x_e - y_e : none;
    do {
        vf64 shifted = mr_clamp_f64(left, none, most) + MR_SHIFT_F64;
        rest = rest * AS_F64((AS_U64(shifted) + K_U64(1023)) << K_U64(52));
        vf64 q = (rest / m + MR_SHIFT_F64) - MR_SHIFT_F64;
        rest = (rest - q * m_hi) - q * m_lo;
        left = left - most;
    } while (MASK_ANY(left > none));
    rest = rest < none ? rest + m : rest;
    rest = COPYSIGN_F64(mr_scale_f64(rest, y_e + MR_SHIFT_F64), x);
    return is_number ? (is_less ? x : rest) : MR_NAN_F64;
}
