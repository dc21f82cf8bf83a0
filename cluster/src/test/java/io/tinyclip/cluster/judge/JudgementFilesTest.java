package io.tinyclip.cluster.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.judge.Judgement.Question;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JudgementFilesTest {
    private static final Judgement SHAPES =
            judgement("a set, \"quoted\"", "k1", Map.of("acc1", 0.1, "acc5", Double.NaN));
    private static final Judgement CAPTIONS = judgement("captions", "k2", Map.of("text_retrieval_recall@1", 1e-7));

    @TempDir
    private Path folder;

    @Test
    void eachFileGivesBackWhatWasWritten() {
        for (JudgementFiles files :
                List.of(new JudgementFiles(file("a.json"), none()), new JudgementFiles(none(), file("a.csv")))) {
            assertEquals(List.of(), files.read());
            files.write(List.of(SHAPES, CAPTIONS));
            assertEquals(List.of(SHAPES, CAPTIONS), files.read());
        }
    }

    @Test
    void theColumnsAreClipBenchmarksAndAMetricThatDoesNotApplyIsEmpty() throws IOException {
        new JudgementFiles(none(), file("a.csv"))
                .write(List.of(judgement("s", "k", Map.of("acc5", Double.NaN)), CAPTIONS));
        assertEquals(
                List.of(
                        "dataset,model,pretrained,task,language,split,model_fullname,acc5,text_retrieval_recall@1,"
                                + "pictures,badSamples,key",
                        "s,m,w,t,en,test,m w,nan,,3,1,k",
                        "captions,m,w,t,en,test,m w,,1.0E-7,3,1,k2"),
                Files.readAllLines(folder.resolve("a.csv")));
    }

    @Test
    void aLaterAnswerTakesThePlaceOfTheEarlierOneAndTheOthersStay() {
        List<Judgement> all = new ArrayList<>(List.of(SHAPES, CAPTIONS));
        Judgement again = judgement(SHAPES.question().dataset(), "k3", Map.of("acc1", 0.2));
        JudgementFiles.put(all, again);
        assertEquals(List.of(again, CAPTIONS), all);
        new JudgementFiles(none(), file("a.csv")).write(List.of(SHAPES, CAPTIONS));
        new JudgementFiles(file("a.json"), none()).write(List.of(again));
        assertEquals(List.of(again, CAPTIONS), new JudgementFiles(file("a.json"), file("a.csv")).read());
    }

    @Test
    void refusesFilesOfAnotherKindAndLeavesThemAlone() throws IOException {
        String noMetrics =
                "[{\"dataset\":1,\"model\":1,\"pretrained\":1,\"task\":1,\"split\":1,\"key\":1,\"metrics\":1}]";
        for (String text : List.of("", "[1]", "[{}]", "[{\"dataset\": {}}]", "{", "caf\u00e9", noMetrics)) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            Files.write(folder.resolve("a.json"), bytes);
            refuses(new JudgementFiles(file("a.json"), none()), "--json [" + folder.resolve("a.json") + "] is there");
            assertEquals(bytes.length, Files.size(folder.resolve("a.json")));
        }
        String columns = "dataset,model,pretrained,task,language,split,model_fullname,acc1,pictures,badSamples,key\n";
        for (String text : List.of("", "a,b\n", columns + "d,m,w,t,en,s,f,high,1,0,k\n", columns + "d,m\n")) {
            Files.writeString(folder.resolve("a.csv"), text);
            refuses(new JudgementFiles(none(), file("a.csv")), "--csv [" + folder.resolve("a.csv") + "]");
        }
    }

    private static void refuses(JudgementFiles files, String what) {
        String message = String.valueOf(
                assertThrows(InvalidInputException.class, files::requireUsable).getMessage());
        assertTrue(message.contains(what), message);
    }

    private Optional<Path> file(String name) {
        return Optional.of(folder.resolve(name));
    }

    private static Optional<Path> none() {
        return Optional.empty();
    }

    private static Judgement judgement(String dataset, String key, Map<String, Double> metrics) {
        return new Judgement(new Question(dataset, "m", "w", "t", "test", key), metrics, 3, 1);
    }
}
