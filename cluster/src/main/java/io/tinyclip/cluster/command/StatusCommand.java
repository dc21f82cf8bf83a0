package io.tinyclip.cluster.command;

import com.google.gson.GsonBuilder;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.cluster.board.StatusJson;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.membership.MemberCall;
import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: how a cluster is doing. */
@Command(
        name = "status",
        description =
                "Asks a machine of a cluster how the run and its members are doing; over TLS with an operator's certificate.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    private final Tools tools;

    @Option(
            names = "--at",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Any machine of the cluster, by any of its names or addresses; IPv6 as [fd00::5]:25520.")
    private String at = "";

    @Option(names = "--json", description = "Prints JSON: run and members.")
    private boolean json;

    @Mixin
    private final Overrides overrides = new Overrides();

    StatusCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        Address member = ClusterReader.oneAddress(at, "--at");
        ClusterStatus status = MemberCall.status(member, overrides.values());
        tools.out()
                .print(
                        json
                                ? new GsonBuilder().setPrettyPrinting().create().toJson(StatusJson.of(status))
                                        + System.lineSeparator()
                                : StatusTable.of(status));
        return ExitCode.DONE;
    }
}
