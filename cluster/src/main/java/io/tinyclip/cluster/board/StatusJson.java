package io.tinyclip.cluster.board;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.plane.Link;
import java.util.Locale;

/** How a cluster is doing, for programs. */
public final class StatusJson {
    private StatusJson() {}

    /** Run, members and those that broke down. */
    public static JsonObject of(ClusterStatus status) {
        JsonObject json = new JsonObject();
        json.addProperty("cluster", status.cluster());
        status.run().ifPresent(run -> json.add("run", run(run)));
        JsonArray members = new JsonArray();
        status.members().forEach(member -> members.add(member(member)));
        json.add("members", members);
        JsonArray broken = new JsonArray();
        status.broken().forEach(machine -> broken.add(broken(machine)));
        json.add("broken", broken);
        json.addProperty("refusedMessages", status.refused());
        return json;
    }

    private static JsonObject run(ClusterStatus.Run run) {
        JsonObject json = new JsonObject();
        json.addProperty("id", run.id());
        json.addProperty("term", run.term());
        json.addProperty("state", run.state());
        run.cursor().ifPresent(cursor -> {
            json.addProperty("stage", cursor.stage() + 1);
            json.addProperty("phase", cursor.phase().name().toLowerCase(Locale.ROOT));
        });
        json.addProperty("step", run.stepsDone());
        json.addProperty("steps", run.stepsTotal());
        json.addProperty("stepsPerSecond", run.stepsPerSecond());
        json.addProperty("badSamples", run.bad());
        json.addProperty("refusedMessages", run.refused());
        JsonArray shards = new JsonArray();
        for (ClusterStatus.Shard shard : run.shards()) {
            JsonObject one = new JsonObject();
            one.addProperty("from", shard.range().from());
            one.addProperty("to", shard.range().to());
            one.addProperty("server", shard.server());
            shards.add(one);
        }
        json.add("shards", shards);
        return json;
    }

    private static JsonObject broken(ClusterStatus.Broken machine) {
        JsonObject json = new JsonObject();
        json.addProperty("roles", StatusWords.roles(machine.roles()));
        json.addProperty("address", machine.address());
        json.addProperty("cause", machine.breakdown().cause().name().toLowerCase(Locale.ROOT));
        json.addProperty("reason", machine.breakdown().line());
        return json;
    }

    private static JsonObject member(ClusterStatus.Member member) {
        JsonObject json = new JsonObject();
        json.addProperty("roles", StatusWords.roles(member.roles()));
        json.addProperty("address", member.address());
        json.addProperty("state", StatusWords.word(member.state()));
        json.addProperty("partitions", member.partitions());
        json.addProperty("pairsPerSecond", member.pairsPerSecond());
        json.addProperty("memoryBytes", member.memoryBytes());
        json.addProperty("refusedMessages", member.refused());
        ClusterStatus.Shares shares = member.shares();
        JsonObject time = new JsonObject();
        time.addProperty("computing", shares.computing());
        time.addProperty("weights", shares.weights());
        time.addProperty("features", shares.features());
        time.addProperty("gradient", shares.gradient());
        json.add("time", time);
        JsonArray links = new JsonArray();
        for (Link link : member.links()) {
            JsonObject one = new JsonObject();
            one.addProperty("peer", link.peer());
            one.addProperty("sentBytes", link.sentBytes());
            one.addProperty("receivedBytes", link.receivedBytes());
            one.addProperty("receivedMegabytesPerSecond", StatusWords.rate(link));
            links.add(one);
        }
        json.add("links", links);
        return json;
    }
}
