package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.membership.MemberCall;
import io.tinyclip.cluster.settings.ClusterReader;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import io.tinyclip.cluster.settings.SettingsFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code stop}: ends a cluster's run. */
@Command(
        name = "stop",
        description =
                "Ends the run of a cluster with a checkpoint, on every machine; over TLS with an operator's certificate, without"
                        + " TLS from the same machine alone.",
        mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {
    private final Tools tools;

    @Option(
            names = "--at",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Any machine of the cluster, by any of its names or addresses; IPv6 as [fd00::5]:25520.")
    private String at = "";

    @Mixin
    private final Overrides overrides = new Overrides();

    StopCommand(Tools tools) {
        this.tools = tools;
    }

    @Override
    public Integer call() {
        Address member = ClusterReader.oneAddress(at, "--at");
        tools.out()
                .println(MemberCall.end(
                        member,
                        overrides.values(),
                        SettingsFile.defaults(overrides.values()).leaveWithin()));
        return ExitCode.DONE;
    }
}
