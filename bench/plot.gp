# The batch-size curve: gnuplot -e "data='curve.txt'; image='curve.svg'" bench/plot.gp
set terminal svg size 900,500 dynamic background rgb 'white'
set output image
set logscale x 2
set logscale y 10
set xlabel 'batch (elements)'
set ylabel 'elements a second'
set format x '2^{%L}'
set format y '10^{%T}'
set grid
set key bottom right autotitle columnhead
plot for [k=2:5] data using 1:k with linespoints linewidth 2
