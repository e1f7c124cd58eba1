"""Pi by throwing points at a square. The points are element n of two random streams: the same on
every machine, and more of them continue where fewer ended."""
import math

import millrace as mr

square = mr.zip(x=mr.uniform(seed=1, stream=0), y=mr.uniform(seed=1, stream=1))
inside = square.map(lambda x, y: x * x + y * y < 1)
for points in (10**3, 10**4, 10**5, 10**6, 10**7):
    share = inside.take(points).mean()
    deviation = 4 * math.sqrt(share * (1 - share) / points)
    print(f"{points:8} points: {4 * share:.7f} +- {deviation:.7f}")
