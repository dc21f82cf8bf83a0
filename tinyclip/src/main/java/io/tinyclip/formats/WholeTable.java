package io.tinyclip.formats;

import io.tinyclip.files.Model;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.TokenTable;
import java.nio.FloatBuffer;

/** Multiplies a token table out that is a product, for formats that know no such table. */
final class WholeTable {
    private WholeTable() {}

    /** A model that gives the same embeddings but for rounding; the model itself where its table is whole. */
    static Model of(Model model) {
        if (model.shape().text().tokenRank() == 0) {
            return model;
        }
        ModelShape shape = model.shape().withTokenRank(0);
        Layout layout = Model.layoutOf(shape);
        FloatVector vector = FloatVector.allocate(layout.size());
        FloatBuffer target = vector.floats();
        FloatBuffer source = model.vector().floats();
        for (Segment segment : layout.segments()) {
            if (segment.name().equals(TokenRows.TABLE)) {
                target.put(
                        segment.offset(),
                        TokenTable.of(model.layout(), model.vector()).whole());
            } else {
                int from = model.layout().segment(segment.name()).offset();
                target.put(segment.offset(), source, from, segment.count());
            }
        }
        return Model.of(shape, vector, model.preprocessing(), model.provenance())
                .withCut(model.cut());
    }
}
