package io.tinyclip.cluster.command;

import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.cluster.board.Board;
import io.tinyclip.cluster.board.LiveRun;
import io.tinyclip.cluster.board.RunFolders;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.membership.MemberCall;
import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code board}: the live page without a run of its own. */
@Command(
        name = "board",
        description = {
            "Serves the page of runs, finished or not, whose folders lie in RUNS, until it is ended.",
            "With --at also how a running cluster is doing and who takes part, as status tells it."
        },
        mixinStandardHelpOptions = true)
final class BoardCommand implements Callable<Integer> {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

    private final Tools tools;

    @Parameters(
            arity = "0..1",
            paramLabel = "RUNS",
            description = "A folder of run folders, or one of them; runs if not given.")
    private Path runs = Path.of("runs");

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "Address of this machine to listen at; 127.0.0.1 if not given.")
    private Optional<String> host = Optional.empty();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port; 25530 if not given, any free one where it is taken.")
    private Optional<String> port = Optional.empty();

    @Option(
            names = "--at",
            paramLabel = "HOST:PORT",
            description = "Any machine of a cluster, which is asked as status does while somebody looks.")
    private Optional<String> at = Optional.empty();

    @Mixin
    private final Overrides overrides = new Overrides();

    BoardCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() throws InterruptedException {
        Optional<LiveRun> live = at.map(this::asking);
        if (!Files.isDirectory(runs) && live.isEmpty()) {
            throw new InvalidInputException("RUNS [" + runs + "] must be a folder of run folders, such as runs");
        }
        Map<String, String> values = new HashMap<>(overrides.values());
        host.ifPresent(it -> values.put("tinyclip.board.host", it));
        port.ifPresent(it -> values.put("tinyclip.board.port", it));
        CountDownLatch asked = new CountDownLatch(1);
        try (GracefulStop stop = GracefulStop.armed(ENDS_WITHIN);
                Board board = Board.open(SettingsFile.defaults(values).board(), RunFolders.in(runs), live)) {
            stop.stopsWith(asked::countDown);
            tools.out().println("page: " + board.address());
            asked.await();
        }
        return ExitCode.DONE;
    }

    private LiveRun asking(String at) {
        Address member = ClusterReader.oneAddress(at, "--at");
        LiveRun live = new LiveRun();
        live.takePart(new Remembered<ClusterStatus>(() -> MemberCall.status(member, overrides.values())));
        return live;
    }
}
