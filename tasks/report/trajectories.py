"""What stage 2 tried and what it kept, as a table and as a picture."""
from collections import Counter

from tasks.steering import read_guidance


def print_table(attempts: list[dict], kept: list[dict]):
    """Per task and for all: tried, right and kept, kept of tried by style, and what the kept ones are like."""
    styles = sorted({row["style"] for row in attempts})
    print(f"\n{'task':42}{'tried':>6}{'right':>6}{'kept':>6}" + "".join(f"{style:>12}" for style in styles)
          + f"{'code':>6}{'turns':>6}{'tokens':>7}")
    for name in [*sorted({row["task"] for row in attempts}), "all"]:
        tried, mine = ([row for row in rows if name in (row["task"], "all")] for rows in (attempts, kept))
        cells = [f"{sum(row['style'] == style for row in mine)}/{sum(row['style'] == style for row in tried)}"
                 for style in styles]
        count = max(1, len(mine))
        print(f"{name:42}{len(tried):6}{sum(row['reward'] == 1 for row in tried):6}{len(mine):6}"
              + "".join(f"{cell:>12}" for cell in cells) + f"{sum(bool(row['statuses']) for row in mine) / count:6.0%}"
              f"{sum(len(row['messages']) // 2 for row in mine) / count:6.1f}"
              f"{sum(row['tokens'] for row in mine) / count:7.0f}")


def draw_picture(attempts: list[dict], kept: list[dict], path: str):
    """A bar per task: what was tried, grey, and over it what is kept, by style."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    names, styles = ([*sorted({row[key] for row in attempts}, reverse=key == "task")] for key in ("task", "style"))
    tried, shown = Counter(row["task"] for row in attempts), Counter((row["task"], row["style"]) for row in kept)
    figure, axis = plt.subplots(figsize=(8, 0.2 * len(names) + 1.4))
    axis.barh(names, [tried[name] for name in names], color="0.9", label="tried")
    left = [0] * len(names)
    for style in styles:
        counts = [shown[name, style] for name in names]
        axis.barh(names, counts, left=left, label=style)
        left = [sum(pair) for pair in zip(left, counts)]
    axis.tick_params(axis="y", labelsize=7)
    axis.set(xlabel="conversations; coloured: kept, by style", ylim=(-0.6, len(names) - 0.4))
    axis.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="upper center", ncols=6, frameon=False, fontsize=8)
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.35 / figure.get_figheight()))
    figure.savefig(path, dpi=110)
    plt.close(figure)


def print_pairs(trees: list[dict], kept: list[dict]):
    """Per task and for all: trees of guidances, their leaves and how many of these are right, pairs, and kept ones: by
    how much they differ, and what the better and the worse guidance ask for."""
    def share(rows: list[dict], side: str, kind: str) -> str:
        return f"{sum(read_guidance(row[side])[0] == kind for row in rows) / max(1, len(rows)):.0%}"

    sides = [(side, kind) for kind in ("code", "text", "return") for side in ("chosen", "rejected")]
    print(f"\n{'task':42}{'trees':>6}{'leaves':>7}{'right':>6}{'pairs':>6}{'kept':>6}{'gap':>6}  better/worse: "
          "code       text     return")
    for name in [*sorted({row["task"] for row in trees}), "all"]:
        grown, mine = ([row for row in rows if name in (row["task"], "all")] for rows in (trees, kept))
        leaves = [leaf["reward"] for row in grown for leaf in row["leaves"]]
        shares = [share(mine, side, kind) for side, kind in sides]
        print(f"{name:42}{len(grown):6}{len(leaves):7}{sum(leaves) / max(1, len(leaves)):6.0%}"
              f"{sum(len(row['pairs']) for row in grown):6}{len(mine):6}"
              f"{sum(row['scores'][0] - row['scores'][1] for row in mine) / max(1, len(mine)):6.1f}{'':12}"
              + "".join(f"{one + '/' + other:>11}" for one, other in zip(shares[::2], shares[1::2])))
