package io.tinyclip.actors.lead;

import com.google.gson.JsonObject;
import io.tinyclip.actors.message.Position;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.ModelShapeJson;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.Phase;

/** A position, and the digest of the run's state there, in a checkpoint's manifest. */
final class PositionJson {
    private static final int VERSION = 1;
    private static final int MOST = Integer.MAX_VALUE;

    private PositionJson() {}

    /** What a manifest says of a run's state. */
    record Stored(Position position, String digest) {}

    static JsonObject write(Position position, String digest) {
        JsonObject json = new JsonObject();
        Cursor cursor = position.cursor();
        Layout layout = position.layout();
        json.addProperty("version", VERSION);
        json.addProperty("stage", cursor.stage());
        json.addProperty("phase", cursor.phase().name());
        json.addProperty("step", cursor.step());
        json.addProperty("count", position.count());
        json.add("shape", ModelShapeJson.write(layout.shape()));
        json.addProperty("tokenRows", layout.tokenRows());
        json.addProperty("masked", Boolean.toString(layout.masked()));
        json.addProperty("logitScaleLearned", Boolean.toString(layout.logitScaleLearned()));
        json.addProperty("layout", layout.hash());
        json.addProperty("widthMap", position.widthMap().toJson());
        json.addProperty("sparsity", Double.toString(position.sparsity()));
        json.addProperty("bad", position.bad());
        json.addProperty("digest", digest);
        return json;
    }

    /** @throws InvalidInputException if this is no position of this version */
    static Stored read(JsonObject json, String where) {
        JsonFields fields = new JsonFields(json, where);
        fields.whole("version", VERSION, VERSION);
        ModelShape shape = ModelShapeJson.read(fields.object("shape"));
        Layout layout = Layout.of(
                shape,
                fields.count("tokenRows", 0, MOST),
                Boolean.parseBoolean(fields.text("masked")),
                Boolean.parseBoolean(fields.text("logitScaleLearned")));
        if (!layout.hash().equals(fields.text("layout"))) {
            throw fields.invalid("layout [" + fields.text("layout") + "] is not this version's, [" + layout.hash()
                    + "]; go on with the version that wrote it, or start in a new folder");
        }
        Cursor cursor = new Cursor(
                fields.count("stage", 0, MOST), Phase.valueOf(fields.text("phase")), fields.count("step", 0, MOST));
        Position position = new Position(
                cursor,
                layout,
                fields.whole("count", 0, Long.MAX_VALUE),
                WidthMap.fromJson(fields.text("widthMap")),
                Double.parseDouble(fields.text("sparsity")),
                // Who wrote a checkpoint without it had met no bad sample, or would have ended.
                fields.has("bad") ? fields.whole("bad", 0, Long.MAX_VALUE) : 0);
        return new Stored(position, fields.text("digest"));
    }
}
