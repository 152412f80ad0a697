"""Calls of small operators in PyTorch eager, for side-by-side timing by `dafl bench ops --python`.

Prints the nanoseconds of a call (the median of the rounds) and the operator, a line for each: the operators, names and
counts of OperatorTimes.java.
"""
import statistics
import timeit

import torch
import torch.nn.functional

ROUNDS = 15
CALLS = 20_000

names = {
    "torch": torch,
    "small": torch.ones(2, 2),
    "other": torch.ones(2, 2),
    "image": torch.ones(1, 1, 8, 8),
    "weight": torch.ones(1, 1, 3, 3),
}

with torch.no_grad():
    for name, calls, statement in (
        ("relu, 2x2", CALLS, "small.relu()"),
        ("add, 2x2 and 2x2", CALLS, "small.add(other)"),
        ("mul, 2x2 and 2x2", CALLS, "small.mul(other)"),
        ("conv2d, 1x1x8x8 with 1x1x3x3", CALLS // 10, "torch.nn.functional.conv2d(image, weight)"),
    ):
        timer = timeit.Timer(statement, globals=names)
        timer.repeat(ROUNDS, calls)
        print(1e9 * statistics.median(timer.repeat(ROUNDS, calls)) / calls, name)
