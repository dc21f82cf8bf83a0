package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Sources;
import io.tinyclip.cluster.judge.AskedSet;
import io.tinyclip.cluster.judge.Judgement;
import io.tinyclip.cluster.judge.JudgementFiles;
import io.tinyclip.cluster.judge.SetJudge;
import io.tinyclip.files.Model;
import io.tinyclip.storage.Location;
import java.nio.file.Path;
import java.util.List;

/** What all commands do that judge a model on sets: everything is opened before anything is computed. */
record SetJudging(Tools tools, SetOptions options, CacheOption cache) {
    private static final int ALL_ICONS = 0;

    /** Opens one set by what the user calls it. */
    @FunctionalInterface
    interface Opener {
        /** @param model that is to be judged */
        AskedSet open(Sources sources, Model model, String set);
    }

    int execute(Opener opener) {
        List<String> names = options.sets();
        JudgementFiles files = options.files();
        Path folder = cache.open(false, tools.err());
        Model read = options.model().read();
        try (Progress progress = tools.progress().get()) {
            Sources sources = new Sources(folder, ALL_ICONS, progress);
            List<AskedSet> sets =
                    names.stream().map(name -> opener.open(sources, read, name)).toList();
            List<Judgement> judgements = new SetJudge(tools.engine(), progress, tools.err())
                    .judge(
                            new SetJudge.Candidate(
                                    Location.shown(options.model().name()), read),
                            sets,
                            files,
                            options.again());
            progress.close();
            options.print(judgements, tools.out());
        }
        return ExitCode.DONE;
    }
}
