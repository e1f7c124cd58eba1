// function: f64 lgamma(x) native
// needs: math_log_f64.cl math_circular_f64.cl
/* Log gamma of f64 lanes: see math_f64.cl. */

/* log gamma(v) / ((v - 1) (v - 2)) as polynomials of v - centre: c0, its second part, c1, ...
 * (mr_lgamma_middle_f64); error 2^-59.5. */
MR_TABLE(double, mr_lgamma_table_f64, 384) = {
    0x1.7dc0322354787p-1, 0x1.1f969908199dbp-57, -0x1.14f8004318f74p-1, 0x1.41ca878cd6461p-1,
        -0x1.baf0f6ba619ccp-1, 0x1.4a56777a6dd04p0, -0x1.01f3550a5147p1, 0x1.9f1ead00f29f6p1,
        -0x1.553acc300dbc7p2, 0x1.1d0dbe672f117p3, -0x1.e62927c24c941p3, 0x1.9f913c170928p4,
    0x1.6d9927a957635p-1, 0x1.8bef3c67959b5p-55, -0x1.e2b8a3fbb5c35p-2, 0x1.f8131395c992fp-2,
        -0x1.3737999dea7cdp-1, 0x1.a04a2c22ba744p-1, -0x1.2372c0c1a91d4p0, 0x1.a46622bbc33d6p0,
        -0x1.35a75681d8229p1, 0x1.cf76104a2de9ap1, -0x1.616a76d902b5fp2, 0x1.0e84fe38ac3f4p3,
    0x1.5f6d77777e8f9p-1, -0x1.95e5ed7ef0a49p-55, -0x1.aa45f59bfdc91p-2, 0x1.94605320d1bap-2,
        -0x1.c4c461029c4cp-2, 0x1.12815ddb94a8fp-1, -0x1.5c61e2861f6f7p-1, 0x1.c76266a009006p-1,
        -0x1.2fe43c6e7145bp0, 0x1.9bfd96caea669p0, -0x1.1c312c1100f6ap1, 0x1.89f103afb6464p1,
    0x1.52d85030c3632p-1, 0x1.578b223874d0cp-55, -0x1.7c8b5c429e86cp-2, 0x1.4ad5db61e8c4ep-2,
        -0x1.52db1f37fec79p-2, 0x1.77c5e2020f3a4p-2, -0x1.b41c50ed719fep-2, 0x1.049cb9e33a5acp-1,
        -0x1.3dfa7e61349c2p-1, 0x1.8a05e390bd455p-1, -0x1.f05961493ce01p-1, 0x1.3a56afeea8893p0,
    0x1.478f78979e8e4p-1, 0x1.9c09ba81f236fp-55, -0x1.56d311cd35c5bp-2, 0x1.13266d15cb58cp-2,
        -0x1.03b489cbf4906p-2, 0x1.0954e045348b2p-2, -0x1.1baf21a8236dfp-2, 0x1.3851f18caddd9p-2,
        -0x1.5efb5dbb48b75p-2, 0x1.9085fcc08081dp-2, -0x1.d04399825db26p-2, 0x1.0eb1a93389e1fp-1,
    0x1.3d5ad1fa54604p-1, 0x1.5e9fa1404398ap-56, -0x1.373c2abc66d68p-2, 0x1.d017d687938cp-3,
        -0x1.96319d40b5da4p-3, 0x1.80b8057d97b6bp-3, -0x1.7d4f53dd32839p-3, 0x1.8524984ca342cp-3,
        -0x1.95574b63de7edp-3, 0x1.acaff319b4b55p-3, -0x1.cc3ba4bc1dad9p-3, 0x1.f146f53b3d2bep-3,
    0x1.340ef867ba582p-1, -0x1.48537767e2fa4p-58, -0x1.1c6f56359b1d3p-2, 0x1.8c196be555724p-3,
        -0x1.43345f3eb3a14p-3, 0x1.1d4e3afb4b19p-3, -0x1.078c18ed127bfp-3, 0x1.f5541e3f1568p-4,
        -0x1.e6a456e5bfe81p-4, 0x1.df96162ea34a5p-4, -0x1.df882d3eb815ap-4, 0x1.e2b70ba303067p-4,
    0x1.2b89baaffdde6p-1, -0x1.ef0430f621c92p-55, -0x1.05714b38bae69p-2, 0x1.559840be36f19p-3,
        -0x1.051139d98e7acp-3, 0x1.af922018daeabp-4, -0x1.754675eb033d6p-4, 0x1.4c6bf4f82e23fp-4,
        -0x1.2e1fcafac71a3p-4, 0x1.16c142755a999p-4, -0x1.04d6929ad035ap-4, 0x1.eb914c79d0ec1p-5,
    0x1.1ffbc90ebe138p-1, -0x1.672ca75c7a7a7p-55, -0x1.d112f2b3b57edp-3, 0x1.162eda95b8ee4p-3,
        -0x1.84577cc32a81fp-4, 0x1.2502bc3309ac8p-4, -0x1.ceacb15592137p-5, 0x1.781eacf6e5125p-5,
        -0x1.3806dd46ec971p-5, 0x1.06c577808a415p-5, -0x1.c3594ee50d05p-6, 0x1.8425afe55bf38p-6,
    0x1.1273305f1abb7p-1, -0x1.b955e8607d4bp-56, -0x1.939c7d39be5fap-3, 0x1.b24a56b39d39bp-4,
        -0x1.0fc6c5ac8cd8ap-4, 0x1.6f6f1e7d4832ap-5, -0x1.03e2197d2a6f9p-5, 0x1.7a89e33284f53p-6,
        -0x1.1957424fb5b93p-6, 0x1.a8818f6bd3e2ap-7, -0x1.460f463ad26e1p-7, 0x1.f64c3f617b5eap-8,
    0x1.069fc6dbf31d1p-1, -0x1.9149f805be7d6p-55, -0x1.630c70df1f667p-3, 0x1.5b5dc5be08dc2p-4,
        -0x1.8a17bf6098a0ep-5, 0x1.e297bf53a497p-6, -0x1.3521faeaf9432p-6, 0x1.97cf2a36c2428p-7,
        -0x1.12854e4072049p-7, 0x1.77291d5b95f46p-8, -0x1.04acd2b74669p-8, 0x1.6baab183aa749p-9,
    0x1.f85341d79e78p-2, -0x1.25dea4c2503c2p-57, -0x1.3bd15648e7adep-3, 0x1.1b7132981eef2p-4,
        -0x1.2620eb415fdb8p-5, 0x1.492d5f927d7f9p-6, -0x1.815c1a6beb0fdp-7, 0x1.d08c15e6d90a3p-8,
        -0x1.1dc56eb5b7f3ap-8, 0x1.64e4765081bc5p-9, -0x1.c4d64296940e1p-10,
        0x1.20a5909ab7a03p-10,
    0x1.e5a06e5dfae2ap-2, -0x1.064ef46d1ee96p-56, -0x1.1b8a2e50cbdp-3, 0x1.d6539c27ad25p-5,
        -0x1.c1c7d16129473p-6, 0x1.cf827ff11fc1dp-7, -0x1.f38bfff50ed4fp-8, 0x1.1532dab10f30bp-8,
        -0x1.39fc5b6e5f8d8p-9, 0x1.69073d3e8c485p-10, -0x1.a578d2eede5ffp-11,
        0x1.eeaf1a4c5e397p-12,
    0x1.d4c5c0303a8f4p-2, 0x1.9718155f2db58p-56, -0x1.009230d25df4fp-3, 0x1.8bc0885a5b11cp-5,
        -0x1.5f029f82421a5p-6, 0x1.4f3372a6cc41ep-7, -0x1.4eb2198096179p-8, 0x1.581f7d63ef9b1p-9,
        -0x1.69221206ed196p-10, 0x1.80b9139311453p-11, -0x1.9fe9e213d84bp-12,
        0x1.c44a0e802a075p-13,
    0x1.c5782317e9399p-2, 0x1.3ab06e11eb353p-60, -0x1.d37b9d371f43bp-4, 0x1.510c8665b49fap-5,
        -0x1.16c7299cfc161p-6, 0x1.f01acecd84deep-8, -0x1.cd6e0377720d8p-9, 0x1.b9ea1f907a858p-10,
        -0x1.affd30be7d5afp-11, 0x1.acb239e4e39a2p-12, -0x1.af8bdf86f1345p-13,
        0x1.b52b430909bfcp-14,
    0x1.b77c8b7131432p-2, 0x1.2e76d4e884164p-57, -0x1.ac6492c8647adp-4, 0x1.2213393256f06p-5,
        -0x1.c19b3bb0b1035p-7, 0x1.76856bce2fa38p-8, -0x1.460562f1f362ap-9, 0x1.24349754489a1p-10,
        -0x1.0b5329dbd4bbfp-11, 0x1.f090e9ec53b7bp-13, -0x1.d3ade5a5eb2cep-14,
        0x1.bb6c4d25b79ep-15,
    0x1.a4982ad0ea0dfp-2, -0x1.7ce3995c12376p-57, -0x1.7b5f07b2d5c02p-4, 0x1.d7107a33b3425p-6,
        -0x1.4da233b874731p-7, 0x1.fb56fb0ea47f6p-9, -0x1.92ed5a56af072p-10,
        0x1.496fd6dc718dbp-11, -0x1.12ed40bd79d5dp-12, 0x1.d1e178f53fd8ep-14,
        -0x1.9295fdb43e546p-15, 0x1.5c44df19141dcp-16,
    0x1.8e9331cef6549p-2, -0x1.ad65efc1ffe2p-57, -0x1.476d23ab17674p-4, 0x1.6e53146b4e576p-6,
        -0x1.d1b1501e6141ap-8, 0x1.3d42534c41348p-9, -0x1.c33da413f77dep-11,
        0x1.4a4a07e0dc885p-12, -0x1.ed8276f74dfbep-14, 0x1.765595e47ea5dp-15,
        -0x1.21222b7cc44dep-16, 0x1.bfdf02109d489p-18,
    0x1.7b6fde69143dcp-2, -0x1.8a9d7b73c1737p-59, -0x1.1e891590bcc41p-4, 0x1.23f152284c7ddp-6,
        -0x1.50c7a43e62a98p-8, 0x1.9fc273acab5d2p-10, -0x1.0bb6a6ba47992p-11,
        0x1.62c28e240223ap-13, -0x1.dfca5d491ab03p-15, 0x1.4967c23bb54a6p-16,
        -0x1.cc101cdcd9a9dp-18, 0x1.428a2ecb29af4p-19,
    0x1.6a97b2c1d3cb9p-2, 0x1.bb0f691d50eaap-61, -0x1.fb3da9221ff9ap-5, 0x1.dac1ed6deb288p-7,
        -0x1.f57b52fec9e1cp-9, 0x1.1b07308df6b69p-10, -0x1.4d0c44e9ec5dap-12,
        0x1.9325573f7096p-14, -0x1.f1fe1ec8714e6p-16, 0x1.3845e405346a4p-17,
        -0x1.8dfe7f4a87fe4p-19, 0x1.fdb567be3caa4p-21,
    0x1.5b9c82419623ap-2, -0x1.70f001346a6f9p-59, -0x1.c54446f2570fdp-5, 0x1.888973e717f35p-7,
        -0x1.7e85bd27cd821p-9, 0x1.8dcceb6c6c04ap-11, -0x1.aefbeac27d5dcp-13,
        0x1.e02cb7d53d3a8p-15, -0x1.10ee8815ffb28p-16, 0x1.3afdea0d62665p-18,
        -0x1.71308607b6b93p-20, 0x1.b31d7f84993e7p-22,
    0x1.4e2b6ae4d11c3p-2, 0x1.47a7013701ee4p-56, -0x1.9852fb16da685p-5, 0x1.492f65a96cc3ep-7,
        -0x1.29d300437b563p-9, 0x1.1f2eda86262c1p-11, -0x1.205088d40b895p-13,
        0x1.298fa3836da7cp-15, -0x1.394dcc3acbecfp-17, 0x1.4ee10280cf378p-19,
        -0x1.6b4ef59f5223dp-21, 0x1.8c8dd481f86a7p-23,
    0x1.4204a3477019bp-2, -0x1.446bd59983bc6p-56, -0x1.7267f59e2bf1cp-5, 0x1.176eb24c6d70dp-7,
        -0x1.d7fa528b71a0ap-10, 0x1.a852a3a4b057p-12, -0x1.8ced4f8bf5cfap-14,
        0x1.7d9434c0f5b9ep-16, -0x1.762ad90b7c6d6p-18, 0x1.746e4b125ae48p-20,
        -0x1.78172d72d95f2p-22, 0x1.7e435baf66a02p-24,
    0x1.36f61f453267fp-2, -0x1.f22b1238343bcp-62, -0x1.520caa081b662p-5, 0x1.df6ce6e7c4b6p-8,
        -0x1.7bb876a9a35b8p-10, 0x1.3fcd146291cb2p-12, -0x1.18135fb2967cbp-14,
        0x1.f7fc63a1f43ebp-17, -0x1.ce72b47aec4e3p-19, 0x1.aeb12096241f9p-21,
        -0x1.96c9f19e72046p-23, 0x1.82d8ffac9868fp-25,
    0x1.2818a46d82d7dp-2, 0x1.8ef9424984c5fp-57, -0x1.29a1ab159fcb9p-5, 0x1.83723d441b7bcp-8,
        -0x1.18ce7988f884dp-10, 0x1.b02516305391ap-13, -0x1.597c7475b0bfep-15,
        0x1.1b9f34d22b3e7p-17, -0x1.dac4ef3872fdfp-20, 0x1.9345c876a8fa1p-22,
        -0x1.5d5aed002ccc8p-24, 0x1.2eff7b776f534p-26,
    0x1.16e1f41ba4362p-2, -0x1.39e27c9529948p-57, -0x1.fe105e680caap-6, 0x1.2b7abaf75f8c9p-8,
        -0x1.862d0183323bfp-11, 0x1.0d58316a85444p-13, -0x1.81f487092bbc7p-16,
        0x1.1bc66387163d2p-18, -0x1.a94b04fed058fp-21, 0x1.435a9585bcc89p-23,
        -0x1.f498b82ba5ed7p-26, 0x1.848c28b5d0941p-28,
    0x1.08067793138dp-2, -0x1.1fa20fbf5ea0fp-56, -0x1.bb648d33a5c77p-6, 0x1.da95818c3c323p-9,
        -0x1.18e6d5565c72cp-11, 0x1.5fcac8150cf53p-14, -0x1.c8d319dde0a7dp-17,
        0x1.30347da94241ep-19, -0x1.9cc42bf0d61d2p-22, 0x1.1c108ab241525p-24,
        -0x1.8d88b222800ap-27, 0x1.173921ce42fdfp-29,
    0x1.f610a9d6c6927p-3, 0x1.fd1513e298b09p-57, -0x1.860799a8fe6cap-6, 0x1.7fc11fd12db8p-9,
        -0x1.a06e02175a684p-12, 0x1.dd5ac4aeabaafp-15, -0x1.1b7025732908fp-17,
        0x1.59062d8744df3p-20, -0x1.abbd641fc5f8dp-23, 0x1.0ce5671e2e327p-25,
        -0x1.5762de342700ap-28, 0x1.b886eef5c231ep-31,
    0x1.df17a6e91f743p-3, -0x1.41281e5dca1f2p-57, -0x1.5a838e1785297p-6, 0x1.3b9eca78cf6cap-9,
        -0x1.3c4558445ea5cp-12, 0x1.4e550dd378427p-15, -0x1.6dd76a175a939p-18,
        0x1.9a22d07a70b41p-21, -0x1.d41e4dab61711p-24, 0x1.0ede7af5a99c2p-26,
        -0x1.3e1f37b38b738p-29, 0x1.778d2b9f0bd15p-32,
    0x1.ca9881730c98ap-3, 0x1.f331d84c3eeb4p-57, -0x1.367786c859475p-6, 0x1.0758f9657b547p-9,
        -0x1.ea664f53c3b4cp-13, 0x1.e11915eebc545p-16, -0x1.e83097252acb1p-19,
        0x1.fb49d8ff9bff4p-22, -0x1.0c40cccbddf52p-24, 0x1.1f972c74588eap-27,
        -0x1.38af13be3f7c5p-30, 0x1.55df4070e1e31p-33,
    0x1.b829f10666572p-3, 0x1.fda3921c13d0fp-57, -0x1.18344a1bb572cp-6, 0x1.bcef6f16757dp-10,
        -0x1.82fa0a62089c8p-13, 0x1.6239b01217098p-16, -0x1.4f2807fcc8b1dp-19,
        0x1.44963fc50512fp-22, -0x1.3fd7972b5f56cp-25, 0x1.3f6ab7539178ep-28,
        -0x1.43515019faa91p-31, 0x1.493493a9a1a2bp-34,
    0x1.a779b3885d919p-3, 0x1.12f0ecaed275fp-61, -0x1.fd01204154ff7p-7, 0x1.7bedef91c7726p-10,
        -0x1.3615305d131e9p-13, 0x1.0a14b40748ea2p-16, -0x1.d7b61caffa88bp-20,
        0x1.abcd174d26d54p-23, -0x1.8aa457af00fd3p-26, 0x1.70e3095898a94p-29,
        -0x1.5d50a50609abbp-32, 0x1.4cd2598adf711p-35,
};

/* log gamma(x), 8 <= x: Stirling's series, its tail fitted; (x - 1/2) (log x - 1) does not overflow
 * before the whole does. */
MR_FN mr_pair_f64 mr_lgamma_large_f64(vf64 x)
{
    mr_pair_f64 l = mr_log_wide_f64(x);
    mr_pair_f64 less = mr_fast_sum_f64(l.hi, K_F64(-1.0));
    less.lo = less.lo + l.lo;
    mr_pair_f64 a = mr_fast_sum_f64(x, K_F64(-0.5));
    mr_pair_f64 p = mr_product_f64(a.hi, less.hi);
    p.lo = p.lo + (a.hi * less.lo + a.lo * less.hi);
    vf64 inverse = K_F64(1.0) / x, z = inverse * inverse;
    /* (x - 1/2) (log x - 1) + log(2 pi)/2 - 1/2 + q(z) / x, z = 1 / x^2 <= 1/64: error of q
     * 2^-60.6. */
    vf64 q = K_F64(0x1.4bf348ca73f03p-8);
    q = q * z + K_F64(-0x1.ef8ae91df7e0ap-10);
    q = q * z + K_F64(0x1.b92c1a782135dp-11);
    q = q * z + K_F64(-0x1.38134d1225807p-11);
    q = q * z + K_F64(0x1.a01a017d87ba6p-11);
    q = q * z + K_F64(-0x1.6c16c16c14964p-9);
    q = q * z + K_F64(0x1.5555555555555p-4);
    mr_pair_f64 y = mr_fast_sum_f64(p.hi, K_F64(0x1.acfe390c97d69p-2));
    y.lo = y.lo + (p.lo + inverse * q);
    return y;
}

/* log gamma(x + move), move 0 or 1, 1/2 <= x + move < 8: (v - 1) (v - 2) P(v), so that the zeros at
 * 1 and 2 are exact; P from polynomials about the centres of 32 intervals. */
MR_FN mr_pair_f64 mr_lgamma_middle_f64(vf64 x, vf64 move)
{
    vf64 v = mr_clamp_f64(x + move, K_F64(0.5), K_F64(0x1.fffffffffffffp2));
    vu64 bits = AS_U64(v);
    vf64 centre = AS_F64((bits & K_U64(0xfffe000000000000)) | K_U64(0x1000000000000));
    vf64 u = x - (centre - move);
    vu64 row = ((bits >> K_U64(49)) - K_U64(0x1ff0)) * K_U64(12);
    vf64 q = GATHER_F64(mr_lgamma_table_f64, row + K_U64(11));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(10));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(9));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(8));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(7));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(6));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(5));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(4));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(3));
    q = q * u + GATHER_F64(mr_lgamma_table_f64, row + K_U64(2));
    mr_pair_f64 p = mr_fast_sum_f64(GATHER_F64(mr_lgamma_table_f64, row), u * q);
    p.lo = p.lo + GATHER_F64(mr_lgamma_table_f64, row + K_U64(1));
    vf64 a = x - (K_F64(1.0) - move);
    mr_pair_f64 b = mr_sum_f64(x, move - K_F64(2.0));
    mr_pair_f64 w = mr_product_f64(a, b.hi);
    w.lo = w.lo + a * b.lo;
    mr_pair_f64 y = mr_product_f64(w.hi, p.hi);
    y.lo = y.lo + (w.hi * p.lo + w.lo * p.hi);
    return y;
}

/* log(pi / |x sin(pi x)|), x > 0 and no integer. */
MR_FN mr_pair_f64 mr_log_reflection_f64(vf64 x)
{
    vf64 f = ABS_F64(x - RINT_F64(x));
    vm64 outer = f > K_F64(0.25);
    vf64 g = outer ? K_F64(0.5) - f : f;
    mr_pair_f64 r = mr_product_f64(g, MR_PI_HI_F64);
    r.lo = r.lo + g * MR_PI_LO_F64;
    mr_pair_f64 s = mr_sin_octant_f64(r.hi, r.lo), c = mr_cos_octant_f64(r.hi, r.lo);
    mr_pair_f64 t = mr_fast_sum_f64(outer ? c.hi : s.hi, outer ? c.lo : s.lo);
    mr_pair_f64 w = mr_product_f64(x, t.hi), n;
    w.lo = w.lo + x * t.lo;
    n.hi = MR_PI_HI_F64;
    n.lo = MR_PI_LO_F64;
    mr_pair_f64 q = mr_quotient_f64(n, w);
    mr_pair_f64 l = mr_log_wide_f64(q.hi);
    l.lo = l.lo + q.lo / q.hi;
    return l;
}

MR_FN vf64 mr_lgamma_f64(vf64 x)
{
    vf64 zero = K_F64(0.0), ax = ABS_F64(x);
    vm64 near_zero = ax < K_F64(0.5), reflected = x <= K_F64(-0.5);
    vf64 t = near_zero ? x : ax;
    mr_pair_f64 middle = mr_lgamma_middle_f64(t, near_zero ? K_F64(1.0) : zero);
    mr_pair_f64 large = mr_lgamma_large_f64(t);
    vm64 is_large = t >= K_F64(8.0);
    mr_pair_f64 g, l;
    g.hi = is_large ? large.hi : middle.hi;
    g.lo = is_large ? large.lo : middle.lo;

    /* lgamma(x) = lgamma(1 + x) - log|x|, and = log(pi / |x sin(pi x)|) - lgamma(-x). */
    mr_pair_f64 small_log = mr_log_wide_f64(ax), mirror = mr_log_reflection_f64(ax);
    l.hi = near_zero ? -small_log.hi : (reflected ? mirror.hi : zero);
    l.lo = near_zero ? -small_log.lo : (reflected ? mirror.lo : zero);
    g.hi = reflected ? -g.hi : g.hi;
    g.lo = reflected ? -g.lo : g.lo;
    mr_pair_f64 s = mr_sum_f64(l.hi, g.hi);
    vf64 y = s.hi + (s.lo + (l.lo + g.lo));
    y = ax > K_F64(0x1.754d9278b51a7p1014) ? MR_INF_F64 : y;
    y = ((x <= zero) & (TRUNC_F64(x) == x)) ? MR_INF_F64 : y;
    return x != x ? MR_NAN_F64 : y;
}
