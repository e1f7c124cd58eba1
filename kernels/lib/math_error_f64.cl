// function: f64 erf(x) native
// function: f64 erfc(x) native
// function: f64 erfinv(x)
// function: f64 normal_quantile(x)
// needs: math_log_f64.cl
/* Error functions and the quantile of the normal distribution of f64 lanes: see math_f64.cl. */

/* sqrt(-2 log p) - x(p) as polynomials of r - centre: c0, its second part, c1, ...
 * (mr_quantile_tail_f64); error 2^-58.9. */
MR_TABLE(double, mr_quantile_table_f64, 456) = {
    0x1.f7ac7ef0c6b75p-1, -0x1.b7e392cef5049p-57, -0x1.380c27d3eefc5p-2, 0x1.d81e9c58f0e6dp-4,
        -0x1.882ac9af6f71cp-5, 0x1.5b0f1eb618ff9p-6, -0x1.4268d03024519p-7, 0x1.371dcec7fa4f4p-8,
        -0x1.3540eec858bf1p-9, 0x1.3a942ca8fec2ep-10, -0x1.46d1334da0db5p-11,
        0x1.5771414e93938p-12,
    0x1.e50c2e7228384p-1, 0x1.4b1742d747819p-56, -0x1.1cae0bfa9788p-2, 0x1.9600345a8ba29p-4,
        -0x1.3ca0917c8852fp-5, 0x1.06319b0b6433ap-6, -0x1.c6b91f366fbfcp-8, 0x1.98ff298b1931p-9,
        -0x1.7aa8f6b3bff8bp-10, 0x1.66a50de0e9f78p-11, -0x1.5ac0094c5a116p-12,
        0x1.533bab2a65dap-13,
    0x1.d402e526b2e17p-1, 0x1.a3f3137a863a8p-55, -0x1.050a47d7ef5b7p-2, 0x1.60443e0a01671p-4,
        -0x1.030dcbf7c6686p-5, 0x1.935c682e6ed3fp-7, -0x1.48199807e720dp-8, 0x1.146b8041bebep-9,
        -0x1.df0c98e11e8a4p-11, 0x1.a882fe42ea7fbp-12, -0x1.7fd346e7f1259p-13,
        0x1.5f41df7f3fcb9p-14,
    0x1.bcfcc326c121cp-1, 0x1.03a6f747b86fdp-55, -0x1.ce410734fae3ep-3, 0x1.20d5ce55613cbp-4,
        -0x1.87b347fd9c8d7p-6, 0x1.1817ee99e724dp-7, -0x1.a13bec7b292dbp-9, 0x1.4130aa39248bp-10,
        -0x1.fbfbfbb50d6e1p-12, 0x1.9a8f6d845022cp-13, -0x1.5446dfc11470ap-14,
        0x1.1bf1e64789db4p-15,
    0x1.a22d691aa75c7p-1, -0x1.b99b5434ddd1fp-56, -0x1.8e3ee81d07b72p-3, 0x1.c57bbd9626a27p-5,
        -0x1.16e8f97608be7p-6, 0x1.684988c24f625p-8, -0x1.e309d457cebcep-10,
        0x1.4dca6d9859a2fp-11, -0x1.d916b7e37d9f9p-13, 0x1.56534a2b72ed5p-14,
        -0x1.fb08caee19cc4p-16, 0x1.7a8b39b1d7883p-17,
    0x1.8aeeb233c513bp-1, 0x1.2ba5dbc9b4079p-55, -0x1.5b75da170cefcp-3, 0x1.6bb199ab44edp-5,
        -0x1.99c6d5dfa4aefp-7, 0x1.e33e6642e663bp-9, -0x1.26d9e9f5da03bp-10,
        0x1.7204319dcf4d3p-12, -0x1.db66746da7a99p-14, 0x1.3783815e0b808p-15,
        -0x1.a1223fab2d2a3p-17, 0x1.19c78af80f7efp-18,
    0x1.768b2acee4694p-1, -0x1.a33588c51d562p-55, -0x1.325eb28fad6ap-3, 0x1.28e62f37e9b75p-5,
        -0x1.34d613269e001p-7, 0x1.4f5ac85a8c653p-9, -0x1.77e06b39c557fp-11,
        0x1.b054a6a89b97ep-13, -0x1.fc4a5d84755f1p-15, 0x1.3073d85beafb9p-16,
        -0x1.741bf04c1765ap-18, 0x1.cb157bb477e0bp-20,
    0x1.647c11e37695ap-1, -0x1.c5decab87b52bp-55, -0x1.10935a40004dap-3, 0x1.ec0c6d1721aeep-6,
        -0x1.db9f830ddba0cp-8, 0x1.dee80e6977d76p-10, -0x1.f0b68a46d3bedp-12,
        0x1.07d931b63941p-13, -0x1.1e184c1c78e1ep-15, 0x1.3bbf0e1c1d208p-17,
        -0x1.630f117b3e9fp-19, 0x1.931d3f7a5aa9p-21,
    0x1.545ae65f5b56ep-1, -0x1.b26d60131b8f5p-55, -0x1.e8c9479121d7ap-4, 0x1.9cfdbe935d316p-6,
        -0x1.74ff6d223c484p-8, 0x1.5e50036ff0cd6p-10, -0x1.5252177d5094cp-12,
        0x1.4e23e2577565ap-14, -0x1.505ddb602ca9ap-16, 0x1.5847ef542c8adp-18,
        -0x1.669a40f1a26d9p-20, 0x1.792194fcf2153p-22,
    0x1.45d8183954897p-1, -0x1.2b1058010bbe9p-56, -0x1.b93720e466e22p-4, 0x1.5e824442364eep-6,
        -0x1.292aa77078a0cp-8, 0x1.059ee3db6829ap-10, -0x1.d90577b4e2f57p-13,
        0x1.b4b4959ebf95ep-15, -0x1.9a70053318e96p-17, 0x1.87d22fbc566d4p-19,
        -0x1.7c38462d2b1acp-21, 0x1.747d4b30f4469p-23,
    0x1.38b4d2d192bc3p-1, 0x1.5576e29c1bde3p-55, -0x1.90a542861bfa4p-4, 0x1.2c63fe50cd25cp-6,
        -0x1.e0116645ccfaep-9, 0x1.8de160411c984p-11, -0x1.5237b7e2ee7d7p-13,
        0x1.25436c610c511p-15, -0x1.02949ab5b3442p-17, 0x1.cebe91725be29p-20,
        -0x1.a4714fd64f497p-22, 0x1.8194cf2586c4dp-24,
    0x1.272785b9cc111p-1, 0x1.b1d4ad954b2dap-57, -0x1.5e0e1e3d0c8e7p-4, 0x1.e442fd31b77e2p-7,
        -0x1.645f41311c248p-9, 0x1.0fa14e0f2c99cp-11, -0x1.a817acc0c958dp-14,
        0x1.51360fed0cfedp-16, -0x1.1045bf0f262edp-18, 0x1.bda1b358b6f1p-21,
        -0x1.73e9a253ad9d6p-23, 0x1.37677c72861e4p-25,
    0x1.130238fcfb531p-1, 0x1.dfa76a4d414c2p-57, -0x1.28edf1ad2c6fep-4, 0x1.747c947a097ep-7,
        -0x1.f0341428aa905p-10, 0x1.55d3f2f0ecbcp-12, -0x1.e1accb3c65de8p-15,
        0x1.5929a7a5091a4p-17, -0x1.f5961ef57ec2ep-20, 0x1.70dd65709a29ep-22,
        -0x1.13e126dd8a5dbp-24, 0x1.9e34b4cbb6694p-27,
    0x1.01cb4799797e3p-1, 0x1.a69456bda3b26p-55, -0x1.ff2a1c0e55631p-5, 0x1.256664bfa2445p-7,
        -0x1.651cb5caa4e52p-10, 0x1.c10f083369fe7p-13, -0x1.207785bde8d13p-15,
        0x1.78895d9a48e2fp-18, -0x1.f1cd6d80b9b97p-21, 0x1.4cacf128716bap-23,
        -0x1.c33fa0735ce02p-26, 0x1.3339dc9dd53d3p-28,
    0x1.e5c556144aeedp-2, 0x1.add5091a5101fp-57, -0x1.bd632dd8b6167p-5, 0x1.d76ca02d583p-8,
        -0x1.082cecfb133e9p-10, 0x1.319e0b786b3c6p-13, -0x1.68f4805ebdc8dp-16,
        0x1.b0c8dc6426ce1p-19, -0x1.069024367045p-21, 0x1.41cd66cbbd12fp-24,
        -0x1.8f97792701a04p-27, 0x1.f21acf0def885p-30,
    0x1.cba7c37b6cec8p-2, -0x1.3b094f7869e19p-57, -0x1.881ac7b94242ep-5, 0x1.8119d35667fa1p-8,
        -0x1.9003cbb46ec3p-11, 0x1.ac960aad05994p-14, -0x1.d48552324a72fp-17,
        0x1.03d1df97e3422p-19, -0x1.236f426236fb4p-22, 0x1.49f9010ca128dp-25,
        -0x1.7a044ff50bdecp-28, 0x1.b2b4c45c6ba68p-31,
    0x1.b48fc1c9c745bp-2, -0x1.95971792bc2a6p-56, -0x1.5c44e5aac1bccp-5, 0x1.3f1b85c000944p-8,
        -0x1.34e97c5db0841p-11, 0x1.3443b6a586dbdp-14, -0x1.39b62c3f7025p-17,
        0x1.43c1a2006749ep-20, -0x1.51be99673264bp-23, 0x1.6376e8a54da3ap-26,
        -0x1.7a21ec4060eaap-29, 0x1.93bfbff55022bp-32,
    0x1.9ff862355c461p-2, 0x1.3bc3c61053f4ap-56, -0x1.37b8d03744c95p-5, 0x1.0bb6a3baddc32p-8,
        -0x1.e55d788478981p-12, 0x1.c54e288596073p-15, -0x1.af9331907d3cbp-18,
        0x1.a086a05b842efp-21, -0x1.96342c592f41fp-24, 0x1.8f7d02105474cp-27,
        -0x1.8cc5443ba2c72p-30, 0x1.8b84643db418bp-33,
    0x1.8d7a36d8a7314p-2, -0x1.99396fed9ad57p-56, -0x1.18e54c36b67p-5, 0x1.c614550764f44p-9,
        -0x1.830f90330ecacp-12, 0x1.53c1b0417b765p-15, -0x1.2fe9ce88d938bp-18,
        0x1.137fea4d1f032p-21, -0x1.f88daf2f28fb2p-25, 0x1.d1c7616a50bc9p-28,
        -0x1.b1f1bc052d0aap-31, 0x1.95bf448f9ff54p-34,
    0x1.74fdd577980b8p-2, -0x1.96752ce1b6be5p-59, -0x1.e5d809e2f51bep-6, 0x1.68ea854bf1928p-9,
        -0x1.1a6bf467f410cp-12, 0x1.c6dbfd06f2b93p-16, -0x1.7519fcbba0404p-19,
        0x1.36088e1bb126ap-22, -0x1.0424d6cf7e782p-25, 0x1.b7f5d360e5971p-29,
        -0x1.7968a2e1224c4p-32, 0x1.42fde643fb50dp-35,
    0x1.59320153ced9dp-2, 0x1.2c3282c33971bp-56, -0x1.97476ef6d69a9p-6, 0x1.112e3a7d863f2p-9,
        -0x1.817fca062426p-13, 0x1.17b35bc50ff3ap-16, -0x1.9d37bbad93e9cp-20,
        0x1.3519f7199017dp-23, -0x1.d2cd0679e029p-27, 0x1.63181f84e867bp-30,
        -0x1.1180232d254f1p-33, 0x1.a4ca4e4591a9dp-37,
    0x1.41b3b73346089p-2, -0x1.ec4d5f226ed29p-57, -0x1.5b0a30dd35d0cp-6, 0x1.a87c3664a84d1p-10,
        -0x1.10c24d08df42ap-13, 0x1.683705fcb3d5ap-17, -0x1.e41c8ac4e0737p-21,
        0x1.4954a312ce488p-24, -0x1.c42fd85f52454p-28, 0x1.38a9e4bbde376p-31,
        -0x1.b5311c1628a1dp-35, 0x1.31897d46287bep-38,
    0x1.2d8c10b9f4864p-2, -0x1.2ae1cb090e56ep-58, -0x1.2bbc447c7a47cp-6, 0x1.50fda9f6295b7p-10,
        -0x1.8da5b958a341ep-14, 0x1.e1e5fd77aa04ep-18, -0x1.290b42e465b19p-21,
        0x1.72a00d87e51ap-25, -0x1.d29581faaf3cfp-29, 0x1.27beb469e08d5p-32,
        -0x1.7ab2964900e66p-36, 0x1.e50a47c963b7ep-40,
    0x1.1c0a2f3457a5ep-2, 0x1.c805095c81511p-60, -0x1.05d7a2c85d34cp-6, 0x1.106dc8615346fp-10,
        -0x1.2933af9f078e5p-14, 0x1.4ccef66e100f1p-18, -0x1.7afd7ebe546e1p-22,
        0x1.b4b24048a8ed9p-26, -0x1.fb9e012e3363ep-30, 0x1.290b4aeb323bap-33,
        -0x1.5edf06e54bf64p-37, 0x1.9ec5311f73766p-41,
    0x1.0cabc64b79755p-2, -0x1.62d99ddbc477ap-57, -0x1.cdf2421a2e0cep-7, 0x1.bf5694ae5e596p-11,
        -0x1.c5d421e5f0af4p-15, 0x1.d85e2aaf89ad2p-19, -0x1.f3d570d75f693p-23,
        0x1.0b86d867e2333p-26, -0x1.20da74a2c393ep-30, 0x1.39f8cfb76f528p-34,
        -0x1.583992d413bacp-38, 0x1.79d677432f82bp-42,
    0x1.fe1d1cddf1d4dp-3, 0x1.c0713b5c6a802p-60, -0x1.9aebdd8de157cp-7, 0x1.7435409cad202p-11,
        -0x1.60ed4f8754bacp-15, 0x1.572e4d6b8ddf2p-19, -0x1.53270410401cep-23,
        0x1.5301df287486bp-27, -0x1.55be896ec9071p-31, 0x1.5ac69df0c2f64p-35,
        -0x1.62bdd6c98eb0bp-39, 0x1.6b7040e06615p-43,
    0x1.e5cdc8ab81144p-3, -0x1.97dfa6d34e43fp-57, -0x1.70385b2e577fep-7, 0x1.39521ebfdd388p-11,
        -0x1.16e3e5ac91ccfp-15, 0x1.fcf14af9daa2p-20, -0x1.d7d6d6b5fba16p-24,
        0x1.ba5e3a381c8d5p-28, -0x1.a2361454e803ap-32, 0x1.8df12eba63639p-36,
        -0x1.7d9240fdfbe7cp-40, 0x1.6e868757ced9ap-44,
    0x1.c5d34626d8b51p-3, -0x1.1af0752e2395bp-58, -0x1.3c11dae1eddb7p-7, 0x1.ed2c29168ddbep-12,
        -0x1.921884d734096p-16, 0x1.4fe08e5454accp-20, -0x1.1cf7b8ae865e3p-24,
        0x1.e8e010a6656f7p-29, -0x1.a6c58243367ddp-33, 0x1.6ff0b15605a2ep-37,
        -0x1.448c92ed85a26p-41, 0x1.1d17f498be32ep-45,
    0x1.a1d05a9ba9f07p-3, 0x1.0a9ae1a6868cap-57, -0x1.06b078e03133ap-7, 0x1.7116114c6991cp-12,
        -0x1.0eabe7527483ap-16, 0x1.96779d91ece48p-21, -0x1.35daef67feb49p-25,
        0x1.dd79ee71e6d8bp-30, -0x1.72d18c7bed351p-34, 0x1.21c6934ff7a8dp-38,
        -0x1.ca3565b476a59p-43, 0x1.6952d25c803bfp-47,
    0x1.839e99335f6cap-3, 0x1.b4acddc0408bfp-60, -0x1.bc60685c78ce8p-8, 0x1.1bff07ab2fd21p-12,
        -0x1.7a91342e92a4fp-17, 0x1.0230278c37946p-21, -0x1.656b5e08d324p-26,
        0x1.f3f61ff01692dp-31, -0x1.606566e3f30b6p-35, 0x1.f3c8a398094f5p-40,
        -0x1.661a4cf961b0dp-44, 0x1.0031fdcc2c572p-48,
    0x1.69e4f52a2bde5p-3, -0x1.1d7cdde34494fp-57, -0x1.7d5721f2cff33p-8, 0x1.bf26d4d3333c8p-13,
        -0x1.112c3bf14a696p-17, 0x1.555efdbcc737dp-22, -0x1.b0cdddcf39cafp-27,
        0x1.152ab97081775p-31, -0x1.65b23a7f1b3dap-36, 0x1.d05c74a00e41ep-41,
        -0x1.304120cb9e772p-45, 0x1.8e6b31872caccp-50,
    0x1.53aefcfe8753ap-3, 0x1.5d5c0e07e968fp-57, -0x1.4b3e0d58af8abp-8, 0x1.66d408d8d40bcp-13,
        -0x1.94bc38f364c6fp-18, 0x1.d2b3d4fd9479bp-23, -0x1.10ea22441502dp-27,
        0x1.4261282b2cf7ap-32, -0x1.7fa63d62f7957p-37, 0x1.cb37746e07591p-42,
        -0x1.1533db31f2e87p-46, 0x1.4ea1cd09b0d3cp-51,
    0x1.404a575cfa67p-3, 0x1.c4f11483f1b69p-58, -0x1.22b6dea361a46p-8, 0x1.24ae0460fe1d1p-13,
        -0x1.32993b964fc81p-18, 0x1.4837629c52ecap-23, -0x1.6445dec868531p-28,
        0x1.8685fce3daf71p-33, -0x1.af32a9a5d805fp-38, 0x1.ded27e725cd29p-43,
        -0x1.0bf94d813333cp-47, 0x1.2c0f82706e587p-52,
    0x1.2f31a143c3011p-3, -0x1.01f879db4ec9dp-57, -0x1.016d49c8e127ep-8, 0x1.e4318b9c238e5p-14,
        -0x1.d985fb15cd2cfp-19, 0x1.d910c00fd9efap-24, -0x1.df1a8393d31e6p-29,
        0x1.e9e579a5337e3p-34, -0x1.f888214785b3fp-39, 0x1.0541a07a46fb4p-43,
        -0x1.109550e7429f7p-48, 0x1.1c9e5a1015d72p-53,
    0x1.1ffef7b2da05cp-3, 0x1.33374d2b0d719p-57, -0x1.cb7360864a78dp-9, 0x1.956db370e2d46p-14,
        -0x1.73d2ee56148fap-19, 0x1.5c3d0bd2edcf3p-24, -0x1.4a8f3e6e746ffp-29,
        0x1.3cc0c7efd293p-34, -0x1.31aaff860ff12p-39, 0x1.289819f8e2671p-44,
        -0x1.21cee5610a244p-49, 0x1.1b7a87221fd86p-54,
    0x1.0c199cd6b9c66p-3, -0x1.e6104e92a671ap-57, -0x1.88344aaba7e77p-9, 0x1.3cd1abd9df205p-14,
        -0x1.09c9d41d89ef7p-19, 0x1.c7375ad5e54bap-25, -0x1.8afb001a349fp-30,
        0x1.59e41636042ap-35, -0x1.30fc73f372048p-40, 0x1.0e5efaee87e67p-45,
        -0x1.e59db6729fc87p-51, 0x1.b1ea6312ee288p-56,
    0x1.eba7e7cf5eeb5p-4, 0x1.d052917f4ec3ep-58, -0x1.43e4a70151f0cp-9, 0x1.d65af54b543f3p-15,
        -0x1.626230f5df01ap-20, 0x1.1069f2e6f128cp-25, -0x1.a833e7024a786p-31,
        0x1.4d43244eaf4fep-36, -0x1.07924c1ee373ep-41, 0x1.a318082c2c877p-47,
        -0x1.50eb83eef3c0bp-52, 0x1.0deccd587a9a6p-57,
    0x1.c6873277dfccp-4, -0x1.869e5289be896p-59, -0x1.1074cf59c3681p-9, 0x1.6764b22477293p-15,
        -0x1.eb8ed05dd803cp-21, 0x1.56d26f5bf564fp-26, -0x1.e43304065e1ccp-32,
        0x1.58f302a311bccp-37, -0x1.eeb4c3196203fp-43, 0x1.648cfec91d965p-48,
        -0x1.0380d926d34f2p-53, 0x1.78df50fc080bdp-59,
};

/* erf(x) - x for |x| <= 1/2. */
MR_FN vf64 mr_erf_rest_f64(vf64 x)
{
    vf64 z = x * x;
    /* erf(x) = x + x p(z), z = x^2 <= 1/4: error of p 2^-56.2. */
    vf64 p = K_F64(-0x1.99981b78c219p-23);
    p = p * z + K_F64(0x1.c5a9653c226b3p-20);
    p = p * z + K_F64(-0x1.f59ef0cb639bbp-17);
    p = p * z + K_F64(0x1.f9aa6c90b1bf9p-14);
    p = p * z + K_F64(-0x1.c02ddab0be1dp-11);
    p = p * z + K_F64(0x1.565bcd89dfafbp-8);
    p = p * z + K_F64(-0x1.b82ce314559e9p-6);
    p = p * z + K_F64(0x1.ce2f21a0466p-4);
    p = p * z + K_F64(-0x1.812746b037a1cp-2);
    p = p * z + K_F64(0x1.06eba8214db69p-3);
    return x * p;
}

/* erfc(x) for x >= 1/2 as exp(-x^2) f(t) / (1 + 2 x), t = (x - 4) / (x + 4): f is smooth over the
 * whole half line (Shepherd and Laframboise 1981, Chebyshev approximation of
 * (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity). */
MR_FN vf64 mr_erfc_beyond_f64(vf64 x)
{
    vf64 four = K_F64(4.0);
    vf64 a = mr_clamp_f64(x, K_F64(0.5), K_F64(28.0));
    mr_pair_f64 t = mr_quotient_f64(mr_sum_f64(a, -four), mr_sum_f64(a, four));
    /* f(t) = f(0) + t p(t), -7/9 <= t <= 3/4: error of p 2^-56.5. */
    vf64 p_z = t.hi * t.hi;
    vf64 p_even = K_F64(-0x1.6ecf58a4037d7p-27);
    p_even = p_even * p_z + K_F64(0x1.c7fede34bfd89p-24);
    p_even = p_even * p_z + K_F64(-0x1.b9de2558dcd6ap-21);
    p_even = p_even * p_z + K_F64(0x1.7f1dc885409b9p-18);
    p_even = p_even * p_z + K_F64(-0x1.99590e2ba422fp-16);
    p_even = p_even * p_z + K_F64(-0x1.a1df226ed3dabp-13);
    p_even = p_even * p_z + K_F64(0x1.49c6727e8ae9fp-8);
    p_even = p_even * p_z + K_F64(0x1.3079edf6a00e2p-5);
    p_even = p_even * p_z + K_F64(0x1.7fee004e118bap-4);
    p_even = p_even * p_z + K_F64(0x1.16ecefcfa53d4p-4);
    p_even = p_even * p_z + K_F64(-0x1.1df1ad154a28ep-3);
    vf64 p_odd = K_F64(-0x1.afd302d7ae4b8p-27);
    p_odd = p_odd * p_z + K_F64(0x1.240f9502f879ap-24);
    p_odd = p_odd * p_z + K_F64(0x1.4061b22dc3626p-22);
    p_odd = p_odd * p_z + K_F64(-0x1.789cef7b8d932p-17);
    p_odd = p_odd * p_z + K_F64(0x1.3be0aa2e12614p-13);
    p_odd = p_odd * p_z + K_F64(-0x1.8d4a9eaf5fa25p-11);
    p_odd = p_odd * p_z + K_F64(-0x1.096238810a83ap-6);
    p_odd = p_odd * p_z + K_F64(-0x1.0fb06dfe58358p-4);
    p_odd = p_odd * p_z + K_F64(-0x1.9ddb23c3e8a8p-4);
    p_odd = p_odd * p_z + K_F64(0x1.f7f5df66fd756p-7);
    vf64 p = p_odd * t.hi + p_even;
    /* The derivative of f: error 2^-6.3. */
    vf64 slope = K_F64(0x1.6e5bbe0c11549p-1);
    slope = slope * t.hi + K_F64(-0x1.836f9a48fd5b2p-1);
    slope = slope * t.hi + K_F64(0x1.40ee31bb56debp-3);
    slope = slope * t.hi + K_F64(0x1.5cc8a91a740c6p-4);
    slope = slope * t.hi + K_F64(-0x1.1c5f81cd31c7dp-3);
    mr_pair_f64 f = mr_fast_sum_f64(K_F64(0x1.3ba5916e9fd7fp0), t.hi * p);
    f.lo = f.lo + (K_F64(-0x1.aa9c415679e6fp-55) + t.lo * slope);
    mr_pair_f64 square = mr_product_f64(a, a);
    mr_scaled_f64 e = mr_exp_scaled_f64(-square.hi, -square.lo);
    mr_pair_f64 g = mr_fast_sum_f64(e.hi, e.lo);
    mr_pair_f64 n = mr_product_f64(g.hi, f.hi);
    n.lo = n.lo + (g.hi * f.lo + g.lo * f.hi);
    mr_pair_f64 q = mr_quotient_f64(n, mr_sum_f64(K_F64(1.0), a + a));
    return mr_scale_f64(q.hi + q.lo, e.shifted);
}

MR_FN vf64 mr_erf_f64(vf64 x)
{
    vf64 ax = ABS_F64(x);
    vf64 y = ax < K_F64(0.5) ? ax + mr_erf_rest_f64(ax) : K_F64(1.0) - mr_erfc_beyond_f64(ax);
    return x != x ? MR_NAN_F64 : COPYSIGN_F64(y, x);
}

MR_FN vf64 mr_erfc_f64(vf64 x)
{
    vf64 one = K_F64(1.0), ax = ABS_F64(x);
    vf64 beyond = mr_erfc_beyond_f64(ax);
    beyond = x < K_F64(0.0) ? K_F64(2.0) - beyond : beyond;
    mr_pair_f64 d = mr_fast_sum_f64(one, -x);
    vf64 y = ax < K_F64(0.5) ? d.hi + (d.lo - mr_erf_rest_f64(x)) : beyond;
    return x != x ? MR_NAN_F64 : y;
}

/* sqrt(2 pi) for the quantile near the middle. */
#define MR_QUANTILE_SLOPE_HI_F64 K_F64(0x1.40d931ff62706p1)
#define MR_QUANTILE_SLOPE_LO_F64 K_F64(-0x1.a6a0d6f814637p-53)

/* The quantile's magnitude for 0 < p <= 1/4: r - h(r) with r = sqrt(-2 log p), h from polynomials
 * about the centres of intervals of r that have 3 bits of mantissa. */
MR_FN mr_pair_f64 mr_quantile_tail_f64(vf64 p)
{
    mr_pair_f64 l = mr_log_wide_f64(p);
    vf64 square = K_F64(-2.0) * l.hi;
    vf64 r = SQRT_F64(square);
    mr_pair_f64 back = mr_product_f64(r, r);
    vf64 r_lo = (((square - back.hi) - back.lo) - K_F64(2.0) * l.lo) / (r + r);

    vu64 bits = AS_U64(r);
    vf64 u = r - AS_F64((bits & K_U64(0xfffe000000000000)) | K_U64(0x1000000000000));
    vu64 row = (bits >> K_U64(49)) - K_U64(8189);
    row = (row < K_U64(38) ? row : K_U64(0)) * K_U64(12);
    vf64 q = GATHER_F64(mr_quantile_table_f64, row + K_U64(11));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(10));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(9));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(8));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(7));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(6));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(5));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(4));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(3));
    q = q * u + GATHER_F64(mr_quantile_table_f64, row + K_U64(2));
    mr_pair_f64 h = mr_fast_sum_f64(GATHER_F64(mr_quantile_table_f64, row), u * q);
    h.lo = h.lo + GATHER_F64(mr_quantile_table_f64, row + K_U64(1));
    mr_pair_f64 y = mr_fast_sum_f64(r, -h.hi);
    /* dx/dr = 1 + 0.86 / r^2 is near enough for the second part of r. */
    y.lo = y.lo + ((r_lo + r_lo * (K_F64(0.86) / square)) - h.lo);
    return y;
}

MR_FN vf64 mr_normal_quantile_f64(vf64 p)
{
    vf64 centre = K_F64(0.5), one = K_F64(1.0);
    vf64 q = p - centre, z = q * q;
    /* x = q sqrt(2 pi) + q z c(z), q = p - 1/2, z = q^2 <= 1/16: error of c 2^-54.5. */
    vf64 c_z = z * z;
    vf64 c_even = K_F64(-0x1.a132971270ec9p23);
    c_even = c_even * c_z + K_F64(0x1.421f6da192ca3p16);
    c_even = c_even * c_z + K_F64(0x1.3e3081fc78662p14);
    c_even = c_even * c_z + K_F64(0x1.a66bb947a2ec8p10);
    c_even = c_even * c_z + K_F64(0x1.2ba8d8d4a19ffp7);
    c_even = c_even * c_z + K_F64(0x1.f55d0d78de193p3);
    c_even = c_even * c_z + K_F64(0x1.4ffddeaa22dc8p1);
    vf64 c_odd = K_F64(0x1.328f27b1f2e2ap26);
    c_odd = c_odd * c_z + K_F64(0x1.8d01ff6992ef2p21);
    c_odd = c_odd * c_z + K_F64(0x1.49801103983f4p16);
    c_odd = c_odd * c_z + K_F64(0x1.6fc0a325f2181p12);
    c_odd = c_odd * c_z + K_F64(0x1.f0469c653ae21p8);
    c_odd = c_odd * c_z + K_F64(0x1.78494afd872cap5);
    c_odd = c_odd * c_z + K_F64(0x1.71713082d9b0bp2);
    vf64 c = c_odd * z + c_even;
    mr_pair_f64 lin = mr_product_f64(q, MR_QUANTILE_SLOPE_HI_F64);
    vf64 middle = lin.hi + (lin.lo + (q * MR_QUANTILE_SLOPE_LO_F64 + q * z * c));
    mr_pair_f64 tail = mr_quantile_tail_f64(p < centre ? p : one - p);
    vf64 y = p < centre ? -(tail.hi + tail.lo) : tail.hi + tail.lo;
    y = ((p >= K_F64(0.25)) & (p <= K_F64(0.75))) ? middle : y;
    y = p == K_F64(0.0) ? -MR_INF_F64 : (p == one ? MR_INF_F64 : y);
    return ((p >= K_F64(0.0)) & (p <= one)) ? y : MR_NAN_F64;
}

MR_FN vf64 mr_erfinv_f64(vf64 x)
{
    vf64 one = K_F64(1.0), ax = ABS_F64(x), z = x * x;
    /* erfinv(x) = x + x c(z), z = x^2 <= 1/4: error of c 2^-61.8. */
    vf64 c_z = z * z;
    vf64 c_even = K_F64(0x1.ec17cd12bf941p-4);
    c_even = c_even * c_z + K_F64(0x1.65d252175d5b5p-4);
    c_even = c_even * c_z + K_F64(0x1.fab3e9d3a2cb8p-6);
    c_even = c_even * c_z + K_F64(0x1.049d4d556626bp-5);
    c_even = c_even * c_z + K_F64(0x1.5eec81e2c06c4p-5);
    c_even = c_even * c_z + K_F64(0x1.0a1318d058b38p-4);
    c_even = c_even * c_z + K_F64(0x1.053c2c0aba093p-3);
    c_even = c_even * c_z + K_F64(-0x1.d203b725884abp-4);
    vf64 c_odd = K_F64(-0x1.8ba8616ab189cp-4);
    c_odd = c_odd * c_z + K_F64(-0x1.8df5f36bd7fffp-10);
    c_odd = c_odd * c_z + K_F64(0x1.b9cf0dcbc717p-6);
    c_odd = c_odd * c_z + K_F64(0x1.2aa3dc6c64c84p-5);
    c_odd = c_odd * c_z + K_F64(0x1.a7c84d9ffcb1ap-5);
    c_odd = c_odd * c_z + K_F64(0x1.62847c4704a55p-4);
    c_odd = c_odd * c_z + K_F64(0x1.db29fb2fee5d7p-3);
    vf64 c = c_odd * z + c_even;
    vf64 middle = ax + ax * c;
    mr_pair_f64 t = mr_quantile_tail_f64(K_F64(0.5) * (one - ax));
    mr_pair_f64 s = mr_product_f64(t.hi, K_F64(0x1.6a09e667f3bcdp-1));
    s.lo = s.lo + (t.hi * K_F64(-0x1.bdd3413b26456p-55) + t.lo * K_F64(0x1.6a09e667f3bcdp-1));
    vf64 y = ax < K_F64(0.5) ? middle : s.hi + s.lo;
    y = ax == one ? MR_INF_F64 : y;
    return ax <= one ? COPYSIGN_F64(y, x) : MR_NAN_F64;
}
