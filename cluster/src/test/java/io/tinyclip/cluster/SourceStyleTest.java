package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The house style, as far as a machine can check it. */
final class SourceStyleTest {
    private static final int LINES_OF_A_MAIN_FILE = 300;
    private static final int LINES_OF_A_TEST = 400;
    private static final int LINES_OF_A_METHOD = 60;
    private static final int PARAMETERS_OF_A_METHOD = 5;
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES = List.of("proto", "tinyclip", "actors", "cluster");

    @Test
    void findsTheSources() throws IOException {
        assertTrue(sources().contains(REPOSITORY.resolve("cluster/src/main/java/io/tinyclip/cluster/Main.java")));
    }

    @Test
    void filesAreShort() throws IOException {
        List<String> offences = new ArrayList<>();
        for (Path source : sources()) {
            int lines = Files.readAllLines(source).size();
            String name = REPOSITORY.relativize(source).toString();
            if (lines > (name.contains("/src/main/") ? LINES_OF_A_MAIN_FILE : LINES_OF_A_TEST)) {
                offences.add(name + " has " + lines + " lines");
            }
        }
        assertEquals(List.of(), offences);
    }

    /** A package by its name within its module; a module's own package has none. */
    @Test
    void theMapNamesEveryPackageAndEachSaysWhatItIs() throws IOException {
        String map = Files.readString(REPOSITORY.resolve("docs/map.md"));
        List<String> offences = new ArrayList<>();
        for (Path folder : sources().stream().map(Path::getParent).distinct().toList()) {
            String name = REPOSITORY.relativize(folder).toString();
            String inside = name.replaceFirst(".*/src/main/java/io/tinyclip/?(actors|cluster)?/?", "")
                    .replace('/', '.');
            boolean named = inside.isEmpty() || map.contains("`" + inside + "`");
            if (name.contains("/src/main/") && !(named && Files.exists(folder.resolve("package-info.java")))) {
                offences.add(name);
            }
        }
        assertEquals(List.of(), offences);
    }

    /**
     * The words are written in two parts, so that this file passes its own test. The compiler's check of what depends on
     * the locale does not see the last three.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "@Dis abled",
                "Thread. sleep",
                "print StackTrace",
                "TO DO",
                "FIX ME",
                ":: formatted",
                ":: toLowerCase",
                ":: toUpperCase"
            })
    void noSourceSays(String parts) throws IOException {
        String word = parts.replace(" ", "");
        List<String> offences = new ArrayList<>();
        for (Path source : sources()) {
            if (Files.readString(source).contains(word)) {
                offences.add(REPOSITORY.relativize(source).toString());
            }
        }
        assertEquals(List.of(), offences, word);
    }

    @Test
    void methodsAreShortAndTakeFewParameters() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> offences = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, files, null, List.of("-proc:none"), null, files.getJavaFileObjectsFromPaths(sources()));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new MethodScanner(unit, positions, offences).scan(unit, null);
            }
        }
        assertEquals(List.of(), offences);
    }

    private static final class MethodScanner extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> offences;
        private boolean inRecord;

        MethodScanner(CompilationUnitTree unit, SourcePositions positions, List<String> offences) {
            this.unit = unit;
            this.positions = positions;
            this.offences = offences;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            boolean outer = inRecord;
            inRecord = type.getKind() == Tree.Kind.RECORD;
            super.visitClass(type, nothing);
            inRecord = outer;
            return nothing;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            LineMap map = unit.getLineMap();
            long first = map.getLineNumber(positions.getStartPosition(unit, method));
            long lines = map.getLineNumber(positions.getEndPosition(unit, method)) - first + 1;
            String where = REPOSITORY.relativize(Path.of(unit.getSourceFile().toUri())) + ":" + first;
            if (lines > LINES_OF_A_METHOD) {
                offences.add(where + " has a method of " + lines + " lines");
            }
            int parameters = method.getParameters().size();
            if (parameters > PARAMETERS_OF_A_METHOD && !takesMany(method)) {
                offences.add(where + " has a method of " + parameters + " parameters");
            }
            return super.visitMethod(method, nothing);
        }

        /** A record's own constructor takes its components, and a parameterized test takes a row of a table. */
        private boolean takesMany(MethodTree method) {
            boolean constructor = method.getReturnType() == null;
            boolean test = unit.getSourceFile().getName().contains("/src/test/");
            return test || (inRecord && constructor);
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            Path generated = REPOSITORY.resolve(module).resolve("target");
            try (Stream<Path> paths = Files.walk(REPOSITORY.resolve(module))) {
                sources.addAll(paths.filter(path -> path.toString().endsWith(".java") && !path.startsWith(generated))
                        .sorted()
                        .collect(Collectors.toList()));
            }
        }
        return sources;
    }
}
