package io.tinyclip.kernel;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Methods of a TorchScript source, each from its {@code def} to the next one. */
final class ScriptMethods {
    private static final Pattern BEGIN = Pattern.compile("(?m)^(?=  def )");
    private static final Pattern NAME = Pattern.compile("  def (\\w+)\\(");

    private ScriptMethods() {}

    /**
     * A source in which some methods are others.
     *
     * @param others methods that take the place of those of the same name, or come behind all where there is none. What they
     *     call {@code self.plain_NAME} is the method whose place another one took
     */
    static String replace(String source, String others) {
        Map<String, String> left = new LinkedHashMap<>();
        methods(others).forEach(method -> left.put(name(method), method));
        String replaced = BEGIN.splitAsStream(source)
                .map(part -> left.containsKey(name(part)) ? left.remove(name(part)) + plain(part, others) : part)
                .map(ScriptMethods::ended)
                .collect(Collectors.joining());
        return replaced + left.values().stream().map(ScriptMethods::ended).collect(Collectors.joining());
    }

    private static List<String> methods(String source) {
        return BEGIN.splitAsStream(source).filter(part -> !name(part).isEmpty()).toList();
    }

    /** @return empty where the part is none, as what stands before the first one */
    private static String name(String part) {
        Matcher matcher = NAME.matcher(part);
        return matcher.lookingAt() ? matcher.group(1) : "";
    }

    /** @return empty where nobody calls it */
    private static String plain(String method, String callers) {
        String name = "plain_" + name(method);
        return callers.contains("self." + name + "(") ? method.replaceFirst(name(method), name) : "";
    }

    private static String ended(String method) {
        return method.stripTrailing() + "\n\n";
    }
}
