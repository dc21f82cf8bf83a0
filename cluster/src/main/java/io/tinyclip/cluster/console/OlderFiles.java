package io.tinyclip.cluster.console;

import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.RollingPolicy;
import ch.qos.logback.core.rolling.RolloverFailure;
import ch.qos.logback.core.rolling.helper.CompressionMode;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Renames a log that is full to {@code NAME.1}, and those before it to {@code NAME.2} and so on; the oldest goes. The library's
 * own policy takes names for patterns, in which a percent sign or a backslash of a folder means something else.
 */
final class OlderFiles extends ContextAwareBase implements RollingPolicy {
    private final Path file;
    private final int kept;
    private boolean started;

    /** @param kept one at least */
    OlderFiles(Path file, int kept) {
        this.file = file;
        this.kept = kept;
    }

    @Override
    public void rollover() {
        try {
            for (int number = kept - 1; number >= 1; number--) {
                if (Files.exists(older(number))) {
                    Files.move(older(number), older(number + 1), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.move(file, older(1), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new RolloverFailure("cannot rename [" + file + "]", e);
        }
    }

    private Path older(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    @Override
    public String getActiveFileName() {
        return file.toString();
    }

    @Override
    public CompressionMode getCompressionMode() {
        return CompressionMode.NONE;
    }

    @Override
    public void setParent(FileAppender<?> appender) {
        // Its file is this one's.
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public void stop() {
        started = false;
    }

    @Override
    public boolean isStarted() {
        return started;
    }
}
