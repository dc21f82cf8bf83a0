package io.tinyclip.cluster.forecast;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.result.JudgingEffort;
import io.tinyclip.cluster.settings.EvaluationSettings;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.RetrievalTask;
import io.tinyclip.files.Model;
import io.tinyclip.plan.Phase;
import java.util.List;

/** Measures how quickly models embed here, and tells from that what it takes to judge those of a run. */
final class JudgingProbe {
    /** Of each kind that a thread embeds together, and all threads at once. */
    private static final int CHUNK = 64;
    /** What takes less, in seconds, is measured again with all there is. */
    private static final double ENOUGH = 1;

    private final Subject subject;
    private final Engine engine;
    private final Judged judged;
    private final List<String> notes;

    /** @param notes gets what is not counted */
    JudgingProbe(Subject subject, Engine engine, Judged judged, List<String> notes) {
        this.subject = subject;
        this.engine = engine;
        this.judged = judged;
        this.notes = notes;
    }

    /** What one picture and one text take. */
    private record Speed(Cost image, Cost text) {
        Cost of(long images, long texts) {
            return image.times((double) images).plus(text.times((double) texts));
        }

        Cost pairs(double pairs) {
            return image.plus(text).times(pairs);
        }
    }

    /** All judging of a run, its report included. */
    Cost measure(List<PhaseWork> phases, Progress progress) {
        List<PhaseWork> students =
                phases.stream().filter(phase -> phase.phase() != Phase.INHERIT).toList();
        progress.begin("measuring how quickly models are judged", students.size() + 1L, 0);
        Cost all = judged.fixed();
        Speed teacher = speed(subject.start().teachers().get(0));
        int pairs = judged.tasks().get(0).images().size();
        JudgingEffort alone = JudgingEffort.alone(pairs, teacher.pairs(1).seconds());
        all = all.plus(figures(teacher)).plus(teacher.pairs(alone.own())).plus(sets(teacher, 1));
        Speed student = teacher;
        for (PhaseWork phase : students) {
            progress.advance(phase.stage() + 1L, "");
            student = speed(RandomModel.of(phase.shape(), subject.start().preprocessing()));
            JudgingEffort compared =
                    JudgingEffort.compared(pairs, student.pairs(1).seconds());
            int every = subject.settings().free().evaluation().every();
            all = all.plus(figures(student))
                    .plus(student.pairs(compared.own()))
                    .plus(teacher.pairs(compared.reference()))
                    .plus(sets(student, 1 + (every == 0 ? 0 : phase.steps() / every)));
        }
        progress.advance(students.size() + 1L, "");
        // The report asks the teacher and the last student about the pictures once more.
        return all.plus(teacher.of(judged.images(), 0)).plus(student.of(judged.images(), 0));
    }

    private Cost figures(Speed speed) {
        return speed.of(judged.images(), judged.texts()).plus(judged.ranking());
    }

    /** What a run is judged on while it trains. */
    private Cost sets(Speed speed, int times) {
        EvaluationSettings asked = subject.settings().free().evaluation();
        long pictures = 0;
        for (EvaluationSettings.Labelled set : asked.sets()) {
            String line = "judging by all of the set [" + set.name() + "] is not counted; give it samples";
            if (set.samples() == 0 && !notes.contains(line)) {
                notes.add(line);
            }
            pictures += set.samples();
        }
        Cost once = speed.of(pictures, 0);
        return (asked.pairs() ? once.plus(figures(speed)) : once).times(times);
    }

    private Speed speed(Model model) {
        try (Engine.Loaded loaded = engine.load(model)) {
            Embedder embedder = loaded.embedder();
            int first = CHUNK
                    * (subject.settings().free().machine().device().isGpu()
                            ? 1
                            : Runtime.getRuntime().availableProcessors());
            Cost images = images(embedder, first, true);
            Cost texts = texts(embedder, first, true);
            return new Speed(
                    images.seconds() * first < ENOUGH ? images(embedder, Integer.MAX_VALUE, false) : images,
                    texts.seconds() * first < ENOUGH ? texts(embedder, Integer.MAX_VALUE, false) : texts);
        }
    }

    private Cost images(Embedder embedder, int most, boolean cold) {
        RetrievalTask task = judged.tasks().get(0);
        int count = Math.min(most, task.images().size());
        if (cold) {
            embedder.images(task.images().subList(0, 1));
        }
        Stopwatch watch = new Stopwatch();
        embedder.images(task.images().subList(0, count));
        return watch.read().times(1.0 / count);
    }

    private Cost texts(Embedder embedder, int most, boolean cold) {
        RetrievalTask task = judged.tasks().get(0);
        int count = Math.min(most, task.texts().size());
        if (cold) {
            embedder.texts(task.texts().subList(0, 1));
        }
        Stopwatch watch = new Stopwatch();
        embedder.texts(task.texts().subList(0, count));
        return watch.read().times(1.0 / count);
    }
}
