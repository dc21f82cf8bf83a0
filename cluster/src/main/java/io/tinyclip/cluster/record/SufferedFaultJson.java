package io.tinyclip.cluster.record;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** {@link SufferedFault} as it stands in run.json. */
final class SufferedFaultJson {
    private SufferedFaultJson() {}

    static JsonArray write(List<SufferedFault> faults) {
        JsonArray array = new JsonArray();
        for (SufferedFault fault : faults) {
            JsonObject json = new JsonObject();
            json.addProperty("kind", fault.kind());
            json.addProperty("role", fault.role());
            json.addProperty("target", fault.target());
            if (!fault.point().isEmpty()) {
                json.addProperty("point", fault.point());
            }
            json.addProperty("step", fault.step());
            json.addProperty("pauseSeconds", fault.pauseSeconds());
            json.addProperty("redone", fault.redone());
            array.add(json);
        }
        return array;
    }

    static List<SufferedFault> read(JsonArray array) {
        List<SufferedFault> faults = new ArrayList<>();
        for (JsonElement element : array) {
            JsonObject json = element.getAsJsonObject();
            faults.add(new SufferedFault(
                    json.get("kind").getAsString(),
                    json.get("role").getAsString(),
                    json.get("target").getAsString(),
                    json.has("point") ? json.get("point").getAsString() : "",
                    json.get("step").getAsInt(),
                    json.get("pauseSeconds").getAsDouble(),
                    json.get("redone").getAsInt()));
        }
        return faults;
    }
}
