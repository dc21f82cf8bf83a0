package io.tinyclip.cluster.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tinyclip.files.Model;
import io.tinyclip.formats.HuggingFaceExport;
import io.tinyclip.formats.Models;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

final class TeachersTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(Teachers.class);
    private final ListAppender<ILoggingEvent> heard = new ListAppender<>();

    @TempDir
    Path folder;

    @BeforeEach
    void listen() {
        heard.start();
        logger.addAppender(heard);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(heard);
    }

    @Test
    void whatIsAssumedOfAModelIsSaidWhereverItIsUsed() throws Exception {
        Path hf = folder.resolve("hf");
        Model model = Teachers.read("builtin");
        HuggingFaceExport.write(model, hf);
        Teachers.read(hf.toString());
        assertEquals(List.of(), heard.list, "both say all of themselves");
        Files.delete(hf.resolve("preprocessor_config.json"));
        Teachers.read(hf.toString());
        assertEquals(1, heard.list.size());
        assertEquals(Level.WARN, heard.list.get(0).getLevel());
        String line = heard.list.get(0).getFormattedMessage();
        assertTrue(line.contains(hf.toString()) && line.contains("CLIP's preprocessing"), line);
        assertTrue(Models.read(hf).provenance().has("read"));
    }
}
