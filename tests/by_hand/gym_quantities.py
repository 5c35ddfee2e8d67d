"""The tasks of tasks/reasoning_gym/quantities.py."""
from by_hand import fixed

WEEKDAY = fixed("reasoning_gym/calendar_arithmetic", "Friday")
LEAP = fixed("reasoning_gym/calendar_arithmetic", "No")
DAYS = fixed("reasoning_gym/calendar_arithmetic", "14")
DICE = fixed("reasoning_gym/dice", "3/8")  # 1d4, 1d3, 1d2: 7 or higher
WORDS = fixed("reasoning_gym/gsm_symbolic", "2793", steps=[])
LEGS = fixed("reasoning_gym/leg_counting", "184")
CLOCK = fixed("reasoning_gym/time_intervals", "05:09")
PRECISE = fixed("reasoning_gym/time_intervals", "00:09:07.045")
DATES = fixed("reasoning_gym/time_intervals", "67 days")
LONG = fixed("reasoning_gym/time_intervals", "67 days, 01:04:00")

ACCEPTED = [
    (WEEKDAY, ["Friday", "friday", "FRIDAY.", '"Friday"', "\\boxed{Friday}", "Answer: Friday"]),
    (LEAP, ["No", "no", "NO.", "(No)", "'no'", "Answer: No"]),
    (DAYS, ["14", "14.0", "14.", "\\boxed{14}", "(14)", "Answer: 14"]),
    (DICE, ["3/8", "$3/8$", "\\frac{3}{8}", "3 / 8.", "(3/8)", "\\boxed{\\frac{3}{8}}"]),
    (WORDS, ["2793", "2,793", "2793.0", "\\boxed{2793}", "Answer: 2793.", "$2793$"]),
    (LEGS, ["184", "184.0", "184.", '"184"', "\\boxed{184}", "[184]"]),
    (CLOCK, ["05:09", "5:09", "05:09.", "'05:09'", "\\boxed{05:09}", "Answer: 05:09"]),
    (PRECISE, ["00:09:07.045", "0:09:07.045", "0:09:07.045000", '"00:09:07.045"', "\\boxed{00:09:07.045}", "00:09:07.045."]),
    (DATES, ["67 days", "67", "67 Days.", "67days", "67 day", "\\boxed{67 days}"]),
    (LONG, ["67 days, 01:04:00", "67 days 01:04:00", "67 days, 1:04:00", "67 days and 01:04:00", "67 Days, 01:04:00.",
            "(67 days, 01:04:00)"]),
]

REFUSED = [
    (WEEKDAY, ["Saturday", "Fri", "Friday or Saturday", "Fridays", "5", "Friday, Friday", "not Friday", "Mon-Friday"]),
    (LEAP, ["Yes", "yes no", "not no", "No, yes", "none", "N", "0", "[]"]),
    (DAYS, ["13", "15", "14 15", "1", "4", "-14", "140", "14 or 15", "fourteen"]),
    (DICE, ["6/16", "9/24", "0.375", "8/3", "5/8", "3/8 5/8", "3", "37.5%", "3:8", "1/4", "-3/8", "13/8", "3/80"]),
    (WORDS, ["279", "-2793", "27930", "2794", "2793 2794", "x = 2793", "2793 insects", "2792.5", "7 * 399"]),
    (LEGS, ["183", "185", "184 legs or 180", "18", "1840", "-184", "44 animals", "100 + 84", "184, 184"]),
    (CLOCK, ["05:10", "05:08", "09:05", "5 days, 05:09", "05:09:01", "309", "5", "05:9", "-05:09", "05:09 05:09",
             "04:69", "5.15"]),
    (PRECISE, ["00:09:07.044", "00:09:07", "00:09:07.45", "00:09:07.0450", "0:09:07.045001", "09:07.045", "547.045", "00:09:07.045 ms"]),
    (DATES, ["68 days", "66 days", "-67 days", "67 days, 00:01", "67 hours", "days", "6 7 days", "67 days 67 days",
             "about 67 days", "67.5 days", "days 67"]),
    (LONG, ["67 days, 01:05", "67 days, 01:04:01", "67, 01:04:00", "67 days", "01:04:00", "66 days, 25:04:00",
            "1609:04:00", "68 days, 01:04:00", "67 days, 01:04:00.001", "-67 days, 01:04:00"]),
]
