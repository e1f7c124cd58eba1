//@# What the lanes' squares and deviations come to.
        FOLD_VECTORS(FOLD_ADD, double, s, squares);
        FOLD_VECTORS(FOLD_ADD, double, d, rest);
        rest = fabs(rest) < INFINITY ? rest : 0.0;
        const double lacks = n ? rest / (double)n : 0.0;
        squares -= rest * lacks;
