package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** Paths with {@code *}, {@code ?}, {@code [..]} and, for any folders between, {@code **}, as shells have them. */
final class Glob {
    private Glob() {}

    /** Whether a path has such letters and is not there as it is written. */
    static boolean isOne(String path) {
        return hasWildcard(path) && !Files.exists(Path.of(path));
    }

    private static boolean hasWildcard(String path) {
        return path.matches("(?s).*[*?\\[].*");
    }

    /**
     * Files that match, or folders where no file does; in the order of their letters in Unicode, which no locale changes. Names
     * that begin with a dot are found only where the pattern has that dot.
     *
     * @param setting names the pattern in messages
     */
    static List<Path> find(String glob, String setting) {
        Path base = Path.of(glob.startsWith("/") ? "/" : "");
        int depth = 0;
        for (Path part : Path.of(glob)) {
            boolean fixed = depth == 0 && !hasWildcard(part.toString());
            base = fixed ? base.resolve(part) : base;
            depth += fixed ? 0 : 1;
        }
        Finder finder;
        try {
            // Java wants a folder at the least where a shell takes none, too.
            String way = Path.of(glob).toString().replace("/**/", "/{,**/}").replaceFirst("^\\*\\*/", "{,**/}");
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + way);
            finder = new Finder(matcher, glob.contains("/.") || glob.startsWith("."));
        } catch (PatternSyntaxException e) {
            throw new InvalidInputException(setting + " [" + glob + "] is no pattern (" + e.getDescription() + ")", e);
        }
        if (Files.isDirectory(base.toString().isEmpty() ? Path.of(".") : base)) {
            walk(base, glob.contains("**") ? Integer.MAX_VALUE : depth, finder, setting);
        }
        List<Path> found = finder.files.isEmpty() ? finder.folders : finder.files;
        found.sort(Comparator.comparing(Path::toString));
        return found;
    }

    private static void walk(Path base, int depth, FileVisitor<Path> finder, String setting) {
        try {
            Files.walkFileTree(base, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, finder);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "folder [" + base + "] of " + setting + " cannot be searched (" + e + "); check its permissions",
                    e);
        }
    }

    private static final class Finder extends SimpleFileVisitor<Path> {
        private final PathMatcher matcher;
        private final boolean hidden;
        private final List<Path> files = new ArrayList<>();
        private final List<Path> folders = new ArrayList<>();

        private Finder(PathMatcher matcher, boolean hidden) {
            this.matcher = matcher;
            this.hidden = hidden;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            if (matches(folder)) {
                folders.add(folder);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (matches(file)) {
                (Files.isDirectory(file) ? folders : files).add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        /** A link to a folder above is no fault of anybody's. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        private boolean matches(Path path) {
            boolean named = hidden || !String.valueOf(path.getFileName()).startsWith(".");
            return named && matcher.matches(path);
        }
    }
}
