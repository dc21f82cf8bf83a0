package io.tinyclip.cluster.record;

/** A table of Markdown. */
final class MarkdownTable {
    private final StringBuilder text = new StringBuilder();

    MarkdownTable(String... names) {
        add(names);
        text.append("\n|").append("---|".repeat(names.length));
    }

    void add(String... cells) {
        text.append(text.isEmpty() ? "" : "\n")
                .append("| ")
                .append(String.join(" | ", cells))
                .append(" |");
    }

    String text() {
        return text.toString();
    }
}
