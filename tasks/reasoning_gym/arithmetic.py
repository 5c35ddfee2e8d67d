"""Reasoning-Gym: numbers."""
from tasks.gym import NumberGym


class Gcd(NumberGym):
    """Q: Find the Greatest Common Divisor (GCD) of these numbers: 12, 18.    A: 6"""

    name, skill, split = "reasoning_gym/gcd", "arithmetic", "train"
    knobs = {"max_numbers": (2, 5), "max_value": (100, 10000)}
    coincidence = 0.3

    def program(self, question):
        numbers = question.question.partition(":")[2].partition(".")[0].strip()
        return f"import math\nprint(math.gcd({numbers}))"
