package io.tinyclip.inherit;

import io.tinyclip.mask.LayerMasks;
import io.tinyclip.mask.TowerMasks;
import io.tinyclip.model.Tower;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What the students chosen by hand so far have left of the teacher's tower, as units of the teacher. */
record TowerLeft(TowerMasks teacher, int[] width, List<Layer> layers) {
    /** @param number the teacher's layer */
    private record Layer(int number, int[] heads, int[] neurons) {}

    static TowerLeft all(TowerMasks teacher) {
        return new TowerLeft(
                teacher,
                Axis.range(teacher.width().size()),
                IntStream.range(0, teacher.layers().size())
                        .mapToObj(i -> all(i, teacher.layers().get(i)))
                        .toList());
    }

    private static Layer all(int number, LayerMasks masks) {
        return new Layer(
                number,
                Axis.range(masks.heads().size()),
                Axis.range(masks.neurons().size()));
    }

    /** The units of a smaller tower, as indices into what is left: of the layers that its layers are taken from. */
    TowerKept choose(Selection selection, Tower student) {
        int depth = student.layers().size();
        List<LayerKept> kept = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            Layer source = source(i, depth);
            LayerMasks masks = teacher.layers().get(source.number);
            kept.add(new LayerKept(
                    selection.best(
                            masks.heads(), source.heads, student.layers().get(i).heads()),
                    selection.best(
                            masks.neurons(),
                            source.neurons,
                            student.layers().get(i).neurons())));
        }
        return new TowerKept(selection.best(teacher.width(), width, student.width()), kept);
    }

    /** What those leave. */
    TowerLeft after(TowerKept kept) {
        int depth = kept.layers().size();
        List<Layer> left = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            Layer source = source(i, depth);
            LayerKept units = kept.layers().get(i);
            left.add(
                    new Layer(source.number, pick(source.heads, units.heads()), pick(source.neurons, units.neurons())));
        }
        return new TowerLeft(teacher, pick(width, kept.width()), left);
    }

    private Layer source(int layer, int depth) {
        return layers.get(SourceNames.layer(layer, layers.size(), depth));
    }

    private static int[] pick(int[] from, int[] places) {
        return IntStream.of(places).map(place -> from[place]).toArray();
    }
}
