"""Which tasks teach each other: the families that the split into training and test tasks must not part.

The paper trains on 107 tasks and tests on 37. A test task says something about reasoning on unseen
tasks only if none of the training tasks asks the same thing in other words, so a family stands on one side together.
The side itself is the attribute `split` of each task.
"""
import tasks

FAMILIES = {
    "make a number from given ones": ("symbench/game24", "symbench/combinatorial_calculation",
                                      "reasoning_gym/countdown"),
    "queens that do not attack": ("symbench/eight_queens", "reasoning_gym/n_queens"),
    "count signs": ("symbench/letters", "reasoning_gym/letter_counting", "reasoning_gym/count_bits"),
    "exchange goods by rules": ("symbench/string_splitting", "symbench/string_synthesis",
                                "symbench/synthesis_decomposition"),
    "who is lying": ("bbh/web_of_lies", "reasoning_gym/knights_knaves"),
    "put in order by clues": ("bbh/logical_deduction_three_objects", "bbh/logical_deduction_five_objects",
                              "bbh/logical_deduction_seven_objects", "symbench/permutations_and_combinations",
                              "symbench/constrained_linear_arrangement", "reasoning_gym/zebra_puzzles"),
    "fill a grid to given sums": ("symbench/logic_puzzle", "reasoning_gym/kakurasu", "reasoning_gym/survo"),
    "decode numbers from clues": ("symbench/cryptanalysis", "symbench/logical_equation", "reasoning_gym/cryptarithm"),
    "follow swaps": ("bbh/tracking_shuffled_objects_three_objects", "bbh/tracking_shuffled_objects_five_objects",
                     "bbh/tracking_shuffled_objects_seven_objects"),
    "insert letters after patterns": ("symbench/string_insertion", "reasoning_gym/string_insertion"),
    "rewrite a string": ("symbench/string_deletion_and_modification", "reasoning_gym/string_manipulation",
                         "reasoning_gym/ab"),
    "pool a matrix": ("symbench/pooling", "reasoning_gym/pool_matrix"),
    "transform a matrix": ("symbench/matrix_transformation", "reasoning_gym/manipulate_matrix",
                           "reasoning_gym/rotate_matrix"),
    "ways in a grid": ("reasoning_gym/binary_matrix", "reasoning_gym/rotten_oranges", "reasoning_gym/maze",
                       "reasoning_gym/shortest_path", "symbench/path_plan"),
    "sudoku and the like": ("symbench/standard_sudoku", "symbench/letter_logic_diagram", "reasoning_gym/sudoku",
                            "reasoning_gym/mini_sudoku"),
    "mahjong": ("symbench/mahjong_pattern", "reasoning_gym/mahjong_puzzle"),
    "sort and filter": ("bbh/word_sorting", "reasoning_gym/word_sorting", "reasoning_gym/number_sorting",
                        "reasoning_gym/number_filtering", "reasoning_gym/number_format"),
    "reverse": ("reasoning_gym/spell_backward", "reasoning_gym/word_sequence_reversal"),
    "evaluate a formula": ("bbh/multistep_arithmetic_two", "symbench/number_multiply", "reasoning_gym/products",
                           "reasoning_gym/basic_arithmetic", "reasoning_gym/chain_sum",
                           "reasoning_gym/decimal_arithmetic", "reasoning_gym/decimal_chain_sum",
                           "reasoning_gym/bitwise_arithmetic", "reasoning_gym/complex_arithmetic",
                           "reasoning_gym/power_function"),
    "evaluate a truth value": ("bbh/boolean_expressions", "reasoning_gym/circuit_logic"),
    "divisors": ("reasoning_gym/gcd", "reasoning_gym/lcm", "reasoning_gym/prime_factorization",
                 "reasoning_gym/count_primes", "reasoning_gym/fraction_simplification"),
    "arithmetic stories": ("symbench/gsm_hard", "reasoning_gym/gsm_symbolic"),
    "count what is listed": ("bbh/object_counting", "reasoning_gym/leg_counting"),
    "dates and times": ("bbh/date_understanding", "reasoning_gym/calendar_arithmetic",
                        "reasoning_gym/time_intervals"),
    "does it follow": ("bbh/formal_fallacies", "reasoning_gym/syllogism"),
    "geometry": ("symbench/math_geometry", "reasoning_gym/simple_geometry", "reasoning_gym/advanced_geometry"),
    "chances": ("symbench/math_counting_probability", "reasoning_gym/dice"),
    "solve an equation": ("reasoning_gym/simple_equations", "reasoning_gym/polynomial_equations"),
    "palindromes": ("reasoning_gym/palindrome_generation", "reasoning_gym/palindrome_partitioning"),
    "compare letters": ("reasoning_gym/group_anagrams", "reasoning_gym/ransom_note",
                        "reasoning_gym/isomorphic_strings"),
    "plan the boxes": ("symbench/boxnet", "symbench/boxlift"),
    "push and stack": ("symbench/blocksworld", "reasoning_gym/tower_of_hanoi"),
    "find the rule": ("reasoning_gym/list_functions", "reasoning_gym/arc_1d", "symbench/pattern_recognition"),
}


def sides(left_out: str = "") -> dict[str, str]:
    """Every task's side, "train" or "test".

    left_out: "" for the paper's 107/37 split; a suite ("symbench", "bbh", "reasoning_gym") to test on all of that suite
              and train on the others, without those tasks there that have kin in it: they are on no side.
    """
    if not left_out:
        return {name: task.split for name, task in tasks.REGISTRY.items()}
    unseen = {name for name in tasks.REGISTRY if suite(name) == left_out}
    kin = {name for family in FAMILIES.values() if unseen & set(family) for name in family}
    return {name: "test" if name in unseen else "train" for name in tasks.REGISTRY if name in unseen or name not in kin}


def suite(name: str) -> str:
    """The suite of a task, from its name."""
    return name.partition("/")[0]
