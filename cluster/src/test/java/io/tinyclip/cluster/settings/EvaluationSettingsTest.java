package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.EvaluationSettings.Labelled;
import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On what a run judges its students. */
final class EvaluationSettingsTest {
    private static final String SETS = "tinyclip.evaluation.sets";

    @Test
    void readsSetsWithTheirNames() {
        EvaluationSettings read = SettingsFile.defaults(Map.of(
                        SETS,
                        "[{name=a,data=\"/data/a\"},{name=b,data=\"hf://datasets/o/n\",split=val,samples=500}]",
                        "tinyclip.evaluation.every",
                        "100",
                        "tinyclip.evaluation.best",
                        "b.acc1"))
                .free()
                .evaluation();
        assertEquals(
                List.of(new Labelled("a", "/data/a", "test", 0), new Labelled("b", "hf://datasets/o/n", "val", 500)),
                read.sets());
        assertEquals(100, read.every());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [{name=a}]                                  | data is missing
            [{data="/a"}]                               | name is missing
            [{name="a b",data="/a"}]                    | must be letters
            [{name=pairs,data="/a"}]                    | neither pairs nor t2i
            [{name=a,data="/a"},{name=a,data="/b"}]     | another set's no more
            [{name=a,data="/a",samples=-1}]             | from 0 to
            [{name=a,data="/a",sample=1}]               | did you mean tinyclip.evaluation.sets.samples?
            """)
    void refusesSetsThatAreNone(String sets, String rule) {
        String message = refusal(Map.of(SETS, sets));
        assertTrue(message.contains("evaluation.sets") && message.contains(rule), message);
    }

    @Test
    void refusesToJudgeNothingAndTheBestOfNothing() {
        String often = refusal(Map.of("tinyclip.evaluation.every", "5"));
        assertTrue(often.contains("must be 0 where tinyclip.evaluation.sets is empty"), often);
        String best = refusal(Map.of("tinyclip.evaluation.best", "b.acc1", SETS, "[{name=a,data=\"/a\"}]"));
        assertTrue(best.contains("such as a.acc1"), best);
    }

    @Test
    void aRunMayGoOnWithOthers() {
        assertTrue(BitKeys.isFree("tinyclip.evaluation.every") && BitKeys.isFree(SETS));
    }

    private static String refusal(Map<String, String> settings) {
        return assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(settings))
                .getMessage();
    }
}
