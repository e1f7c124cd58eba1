"""An existing array as the start of a pipeline. The array is read where it is: on the host engine
and on devices that share memory with the host nothing is ever copied."""
from array import array

import millrace as mr

celsius = array("d", [18.5, 19.0, 22.5, 25.0, 30.5, 31.0, 30.0, 24.5, 21.0, 19.5, 18.0, 16.5])
days = mr.from_arrays(celsius)
warm = days.pipe("enumerate() | filter(x >= hot) | map(day: n, fahrenheit: x*1.8 + 32)", hot=24)
for day, fahrenheit in warm:
    print(f"day {day}: {fahrenheit:.1f} F")
print(f"mean: {days.mean():.1f} C") # a sequence may be used any number of times
