package io.tinyclip.cluster.judge;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.ModelHash;
import io.tinyclip.cluster.judge.Judgement.Question;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.data.index.ContentHash;
import io.tinyclip.evaluate.TaskEmbedder;
import io.tinyclip.evaluate.TaskEmbeddings;
import io.tinyclip.files.Model;
import io.tinyclip.step.BadSample;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Judges a model on sets, one behind the other; what the files have already is not computed again. */
public final class SetJudge {
    /** To be raised whenever the same question would get another answer. */
    private static final String RULES = "tinyclip judgement 1";

    private static final int SHOWN_DIGITS = 16;

    private final Supplier<Engine> engine;
    private final Progress progress;
    private final PrintStream err;

    public SetJudge(Supplier<Engine> engine, Progress progress, PrintStream err) {
        this.engine = engine;
        this.progress = progress;
        this.err = err;
    }

    /**
     * A model with the name that the user calls it.
     *
     * @param name fit to be written down
     */
    public record Candidate(String name, Model model) {}

    /**
     * Judges.
     *
     * @param again whether what is in the files is computed anew
     * @return one for each set, in their order
     */
    public List<Judgement> judge(Candidate candidate, List<AskedSet> sets, JudgementFiles files, boolean again) {
        List<Judgement> kept = files.read();
        String hash = ModelHash.of(candidate.model());
        List<Question> questions =
                sets.stream().map(set -> question(candidate.name(), hash, set)).toList();
        List<Judgement> answers = new ArrayList<>();
        Optional<Engine.Loaded> loaded = Optional.empty();
        try {
            for (int i = 0; i < sets.size(); i++) {
                Question question = questions.get(i);
                Optional<Judgement> there = again ? Optional.empty() : find(kept, question);
                if (there.isPresent()) {
                    err.println("[" + question.dataset() + "] is in the file already; --again computes it anew");
                    answers.add(there.get());
                    continue;
                }
                if (loaded.isEmpty()) {
                    loaded = Optional.of(engine.get().load(candidate.model()));
                }
                Judgement answer = answer(
                        question, sets.get(i), new TaskEmbedder(loaded.get().embedder()));
                answers.add(answer);
                JudgementFiles.put(kept, answer);
                files.write(kept);
            }
        } finally {
            loaded.ifPresent(Engine.Loaded::close);
        }
        return answers;
    }

    private Judgement answer(Question question, AskedSet set, TaskEmbedder embedder) {
        int texts = set.questions().texts().size();
        progress.begin(question.dataset(), (long) texts + set.questions().pictures(), 0);
        long[] done = new long[1];
        TaskEmbeddings embeddings = embedder.whole(set.questions(), more -> {
            done[0] += more;
            progress.advance(done[0], "");
        });
        List<BadSample> leftOut = embeddings.leftOut();
        if (!leftOut.isEmpty()) {
            BadSample first = leftOut.get(0);
            err.println("left out [" + leftOut.size() + "] of ["
                    + set.questions().pictures() + "] pictures of ["
                    + question.dataset() + "], first " + first.place() + ", which " + first.reason());
        }
        Map<String, Double> metrics = set.questions().figures(embeddings);
        return new Judgement(question, metrics, embeddings.pictures().length, leftOut.size());
    }

    private static Optional<Judgement> find(List<Judgement> kept, Question question) {
        return kept.stream().filter(it -> it.question().equals(question)).findFirst();
    }

    private static Question question(String model, String hash, AskedSet set) {
        String key = new ContentHash(RULES)
                .add(hash)
                .add(set.task())
                .add(set.questions().contentHash())
                .hex();
        return new Question(set.dataset(), model, hash.substring(0, SHOWN_DIGITS), set.task(), set.split(), key);
    }
}
