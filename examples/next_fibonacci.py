"""Fibonacci numbers one at a time, as next() of a generator gives them: computed in batches ahead of
the loop."""
import millrace as mr

# Every term that fits 64 bits; then an error that names the first one that does not.
try:
    for n, term in enumerate(mr.fibonacci()):
        if n < 10 or n > 90:
            print(f"F({n}) = {term}")
except OverflowError as error:
    print(f"{error.status} at element {error.element}")

# Modulo m it never ends, and any term is as near as the first.
last = mr.fibonacci(mod=1000000007)
for n in range(3):
    print(f"F(10^18 + {n}) mod 1000000007 = {last[10**18 + n]}")
