"""The tasks of tasks/reasoning_gym/strings.py."""

from by_hand import fixed

AB = fixed("reasoning_gym/ab", "#A #B A# A#")
ALTERNATION = fixed("reasoning_gym/binary_alternation", "2")
IMPOSSIBLE = fixed("reasoning_gym/binary_alternation", "-1")
ANAGRAMS = fixed("reasoning_gym/group_anagrams", '[["nat", "tan"], ["ate", "eat", "tea"]]')
ISOMORPHIC = fixed("reasoning_gym/isomorphic_strings", "True")
PALINDROME = fixed("reasoning_gym/palindrome_generation", "tuyxyut", letters=["u", "y", "t", "x", "t", "y", "u"])
PARTITIONS = fixed("reasoning_gym/palindrome_partitioning", '[["a", "a", "b"], ["aa", "b"]]')
RANSOM = fixed("reasoning_gym/ransom_note", "False")
BACKWARD = fixed("reasoning_gym/spell_backward", "gnisucxe")
INSERTION = fixed("reasoning_gym/string_insertion", "DEABDCC")
MANIPULATION = fixed("reasoning_gym/string_manipulation", "cbcaa")

ACCEPTED = [
    (
        AB,
        [
            "#A #B A# A#",
            "`#A #B A# A#`",
            "[#A, #B, A#, A#]",
            '["#A", "#B", "A#", "A#"]',
            "#A,#B,A#,A#",
            "#A  #B\nA# A#.",
        ],
    ),
    (ALTERNATION, ["2", " 2.", "\\boxed{2}", "Answer: 2", "2.0", "(2)"]),
    (IMPOSSIBLE, ["-1", "\u22121", "-1.", "$-1$", "[-1]"]),
    (
        ANAGRAMS,
        [
            '[["tan", "nat"], ["eat", "tea", "ate"]]',
            "[['tea', 'ate', 'eat'], ['nat', 'tan']]",
            '[["nat","tan"],\n ["ate","eat","tea"]]',
            "[[nat, tan], [ate, eat, tea]].",
            "nat, tan\nate, eat, tea",
            "(tea eat ate), (tan nat)",
        ],
    ),
    (ISOMORPHIC, ["True", "true", "TRUE.", "\\boxed{True}", "Answer: True", "'True'"]),
    (PALINDROME, ["tuyxyut", "yutxtuy", "ytuxuty", '"uytxtyu"', "UYTXTYU.", "\\boxed{tyuxuyt}"]),
    (
        PARTITIONS,
        [
            '[["a","a","b"],["aa","b"]]',
            '[["aa","b"],["a","a","b"]]',
            "[['a', 'a', 'b'], ['aa', 'b']].",
            "[[a, a, b], [aa, b]]",
            '(("aa", "b"), ("a", "a", "b"))',
        ],
    ),
    (RANSOM, ["False", "false", "false.", "$False$", "Answer: false", "(False)"]),
    (BACKWARD, ["gnisucxe", "GNISUCXE", '"gnisucxe"', "gnisucxe.", "Answer: gnisucxe", "(gnisucxe)"]),
    (INSERTION, ["DEABDCC", '"DEABDCC"', "`DEABDCC`", "DEABDCC.", "\\boxed{DEABDCC}"]),
    (MANIPULATION, ["cbcaa", "'cbcaa'", " cbcaa\n", "Answer: cbcaa", "$cbcaa$"]),
]

REFUSED = [
    (
        AB,
        [
            "#A #B A#",
            "A# A# #A #B",
            "#A #B A# A# A#",
            "#A#BA#A#",
            "A A A A",
            "#a #b a# a#",
            "#A #B A# B#",
            "A# #B #A A#",
        ],
    ),
    (ALTERNATION, ["1", "3", "4", "-2", "2 or 3", "22", "two", "-1"]),
    (IMPOSSIBLE, ["1", "0", "impossible", "-1 or 1", "1-", "-2"]),
    (
        ANAGRAMS,
        [
            '[["nat", "tan"], ["ate", "eat"]]',
            '[["nat", "tan", "ate", "eat", "tea"]]',
            '[["nat", "tan"], ["ate", "eat"], ["tea"]]',
            '[["nat", "tan"], ["nat", "tan"], ["ate", "eat", "tea"]]',
            '[["nat", "tan", "tan"], ["ate", "eat", "tea"]]',
            '[["nat", "eat"], ["ate", "tan", "tea"]]',
            '[["nat", "tan"], ["ate", "eat", "tea"], ["ant"]]',
            '["nat", "tan", "eat", "ate", "tea"]',
            "natan, ateeattea",
        ],
    ),
    (ISOMORPHIC, ["False", "True or False", "not True", "yes", "1", "True False", "T"]),
    (
        PALINDROME,
        ["tuyxyu", "uytxtyuu", "tuyxuyt", "tyxyt", "xxyyttuu", "tuy xyut", "tuyxyut yutxtuy", "t, u, y, x, y, u, t"],
    ),
    (
        PARTITIONS,
        [
            '[["a", "a", "b"]]',
            '[["aa", "b"]]',
            '[["a", "a", "b"], ["aa", "b"], ["aab"]]',
            '[["a", "a", "b"], ["aa", "b"], ["aa", "b"]]',
            '[["a", "a", "b"], ["b", "aa"]]',
            '["a", "a", "b", "aa", "b"]',
            '[["a", "a", "b"], ["a", "ab"]]',
            '[["a", "a", "b"], {"aa": "b"}]',
            '[["a", "a", "b"], [["aa"], "b"]]',
            "aa|b a|a|b",
        ],
    ),
    (RANSOM, ["True", "False or True", "no", "0", "not False", "None", "Falsehood"]),
    (BACKWARD, ["excusing", "gnisuxce", "gnisucx", "gnisucxe excusing", "gnisucxee", "g n i s u c x e"]),
    (INSERTION, ["DEABCC", "DEABDCEC", "DEABCEC", "deabdcc", "DEABDC", "DEABDCC DEABCC", "DEABDCCD"]),
    (MANIPULATION, ["cbca", "cbcaaa", "cb caa", "CBCAA", "cbcaa cbca", "c", "aacbc"]),
]
