"""The two pictures of stage 5's report: accuracy line by line, and behaviour in small panels."""
from tasks.report.tables import number


def draw_accuracy(scores: dict[str, list[tuple[float, float, float]]], columns: list[str], path: str):
    """A dot with its interval for every column in every line; lines of averages, **title**, are bold.

    scores: by line, (value, low, high) per column
    """
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    colours, step = palette(len(columns)), min(0.22, 0.76 / len(columns))
    inch = max(0.26, 0.105 * len(columns) + 0.08)  # a line's height
    legend = 0.2 * -(-len(columns) // 4)
    figure, axis = plt.subplots(figsize=(8, inch * len(scores) + 1.1 + legend), layout="constrained")
    for place, column in enumerate(columns):
        value, low, high = zip(*(line[place] for line in scores.values()))
        heights = [line + (place - (len(columns) - 1) / 2) * step for line in range(len(scores))]
        axis.hlines(heights, low, high, color=colours[place], linewidth=1.6, alpha=0.45)
        axis.plot(value, heights, "o", color=colours[place], markersize=4.5, label=column)
    for line, title in enumerate(scores):
        axis.axhline(line - 0.5, color="0.9", linewidth=0.6)
        if title.startswith("**"):
            axis.axhspan(line - 0.5, line + 0.5, color="0.94", zorder=0, linewidth=0)
    axis.set_yticks(range(len(scores)), [title.strip("*") for title in scores], fontsize=9)
    for label, title in zip(axis.get_yticklabels(), scores):
        label.set_fontweight("bold" if title.startswith("**") else "normal")
    axis.set(ylim=(len(scores) - 0.5, -0.5), xlim=(-0.01, 1.01), xlabel="share of right answers (95 % interval)")
    axis.xaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1))
    axis.grid(axis="x", alpha=0.3)
    axis.set_axisbelow(True)
    axis.tick_params(axis="y", length=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=min(4, len(columns)), frameon=False, fontsize=9)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def draw_behaviour(columns: dict[str, dict[str, float | None]], path: str):
    """A small panel per line of the table of behaviour, a bar per column."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    titles, across = list(next(iter(columns.values()))), 5
    down = -(-len(titles) // across)
    longest = max(map(len, columns))
    figure, axes = plt.subplots(down, across, sharey=True, squeeze=False, layout="constrained",
                                figsize=(2.1 * across + 0.07 * longest, down * (0.27 * len(columns) + 0.55)))
    for axis, title in zip(axes.flat, titles):
        values = [column[title] for column in columns.values()]
        bars = axis.barh(range(len(columns)), [value or 0 for value in values], color=palette(len(columns)), height=0.7)
        shown = ["-" if value is None else number(title, value) for value in values]
        axis.bar_label(bars, shown, fontsize=8, padding=3)
        axis.set_title(title, fontsize=9, loc="left")
        axis.set(xticks=[], ylim=(len(columns) - 0.4, -0.6))
        axis.set_yticks(range(len(columns)), list(columns), fontsize=8)
        most = 1 if number(title, 1).endswith("%") else max(values) or 1
        axis.set_xlim(0, 1.4 * most)  # room for the numbers
        axis.tick_params(axis="y", length=0)
        axis.spines[["top", "right", "bottom"]].set_visible(False)
    for axis in axes.flat[len(titles):]:
        axis.remove()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def palette(count: int) -> list:
    """As many colours that can be told apart."""
    import matplotlib.pyplot as plt
    if count <= 10:
        return [f"C{place}" for place in range(count)]
    return list(plt.get_cmap("turbo")([(place + 0.5) / count for place in range(count)]))
