package io.tinyclip.cluster.forecast;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.forecast.Forecast.Elsewhere;
import io.tinyclip.cluster.forecast.Forecast.Here;
import io.tinyclip.cluster.forecast.Forecast.Stage;
import io.tinyclip.cluster.machine.RoleMemory;
import java.util.Locale;

/** A forecast as programs read it: seconds and bytes. */
public final class ForecastJson {
    private ForecastJson() {}

    public static JsonObject of(Forecast forecast) {
        JsonObject json = new JsonObject();
        json.addProperty("name", forecast.name());
        json.addProperty(
                "steps",
                forecast.stages().stream().mapToLong(it -> it.work().steps()).sum());
        json.addProperty(
                "pairs", forecast.stages().stream().mapToLong(Stage::pairs).sum());
        JsonArray phases = new JsonArray();
        forecast.stages().forEach(stage -> phases.add(phase(stage)));
        json.add("phases", phases);
        JsonArray memory = new JsonArray();
        forecast.memory().forEach(role -> memory.add(memory(role)));
        json.add("memory", memory);
        json.add("traffic", traffic(forecast.travels()));
        json.add("disk", disk(forecast.disk()));
        forecast.here().ifPresent(here -> json.add("here", here(here)));
        forecast.elsewhere().ifPresent(other -> json.add("machines", machines(other)));
        JsonArray notes = new JsonArray();
        forecast.notes().forEach(notes::add);
        json.add("notes", notes);
        return json;
    }

    private static JsonObject phase(Stage stage) {
        JsonObject json = new JsonObject();
        json.addProperty("stage", stage.work().stage() + 1);
        json.addProperty("phase", stage.work().phase().name().toLowerCase(Locale.ROOT));
        json.addProperty("steps", stage.work().steps());
        json.addProperty("pairs", stage.pairs());
        stage.passes().ifPresent(passes -> json.addProperty("passes", passes));
        json.addProperty("floats", stage.work().layout().size());
        json.addProperty("nominal", stage.work().nominal());
        json.addProperty("teacherSteps", stage.asked());
        stage.cost().ifPresent(cost -> json.add("step", cost(cost)));
        return json;
    }

    private static JsonObject cost(Cost cost) {
        JsonObject json = new JsonObject();
        json.addProperty("seconds", cost.seconds());
        json.addProperty("processorSeconds", cost.processor());
        return json;
    }

    private static JsonObject memory(RoleMemory role) {
        JsonObject json = new JsonObject();
        json.addProperty("role", role.role());
        json.addProperty("heapBytes", role.heap());
        json.addProperty("nativeBytes", role.outside());
        json.addProperty("deviceBytes", role.device());
        json.addProperty("xmxMiB", role.xmxMib());
        return json;
    }

    private static JsonObject traffic(Forecast.Travels travels) {
        JsonObject json = new JsonObject();
        json.addProperty("workers", travels.workers());
        json.addProperty("servers", travels.servers());
        json.add("worker", bytes(travels.worker()));
        json.add("server", bytes(travels.server()));
        return json;
    }

    private static JsonObject bytes(StepTraffic.Bytes bytes) {
        JsonObject json = new JsonObject();
        json.addProperty("receives", bytes.receives());
        json.addProperty("sends", bytes.sends());
        return json;
    }

    private static JsonObject disk(DiskNeed disk) {
        JsonObject json = new JsonObject();
        json.addProperty("checkpoint", disk.checkpoint());
        json.addProperty("checkpoints", disk.checkpoints());
        json.addProperty("models", disk.models());
        json.addProperty("records", disk.records());
        disk.teacherStore().ifPresent(store -> json.addProperty("teacherStore", store));
        return json;
    }

    private static JsonObject here(Here here) {
        JsonObject json = cost(here.all());
        json.addProperty("threads", here.threads());
        json.addProperty("wholeSteps", here.whole());
        json.add("begin", cost(here.begin()));
        json.add("warming", cost(here.warming()));
        json.add("steps", cost(here.steps()));
        json.add("teacher", cost(here.teacher()));
        json.add("checkpoints", cost(here.checkpoints()));
        json.add("judging", cost(here.judging()));
        return json;
    }

    private static JsonObject machines(Elsewhere other) {
        JsonObject json = new JsonObject();
        json.addProperty("count", other.machines().count());
        json.addProperty("name", other.machines().name());
        json.addProperty("servers", other.servers());
        json.addProperty("hours", other.hours());
        JsonArray seconds = new JsonArray();
        other.seconds().forEach(seconds::add);
        json.add("secondsPerStep", seconds);
        json.addProperty("computedTwice", other.again());
        other.decoding().ifPresent(cores -> json.addProperty("decodingCores", cores));
        return json;
    }
}
