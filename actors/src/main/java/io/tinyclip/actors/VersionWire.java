package io.tinyclip.actors;

import io.tinyclip.actors.plane.Handle;
import io.tinyclip.model.ImageTower;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import io.tinyclip.proto.v1.Activation;
import io.tinyclip.proto.v1.DataHandle;
import io.tinyclip.proto.v1.FloatRange;
import io.tinyclip.proto.v1.ImageTowerShape;
import io.tinyclip.proto.v1.Phase;
import io.tinyclip.proto.v1.PublishedShard;
import io.tinyclip.proto.v1.ResNetShape;
import io.tinyclip.proto.v1.StepCursor;
import io.tinyclip.proto.v1.TextTowerShape;
import io.tinyclip.proto.v1.TransformerLayer;
import io.tinyclip.proto.v1.VectorLayout;
import io.tinyclip.proto.v1.VersionStamp;
import java.util.List;

/** What {@code version.proto} says. Reading refuses what this version does not know with an IllegalArgumentException. */
final class VersionWire {
    private VersionWire() {}

    static VersionStamp write(Stamp stamp) {
        return VersionStamp.newBuilder()
                .setEpoch(stamp.epoch())
                .setCursor(write(stamp.cursor()))
                .setLayoutSha256(stamp.layout())
                .build();
    }

    static Stamp read(VersionStamp stamp) {
        return new Stamp(stamp.getEpoch(), read(stamp.getCursor()), stamp.getLayoutSha256());
    }

    static StepCursor write(Cursor cursor) {
        return StepCursor.newBuilder()
                .setStage(cursor.stage())
                .setPhase(write(cursor.phase()))
                .setStep(cursor.step())
                .build();
    }

    static Cursor read(StepCursor cursor) {
        return new Cursor(cursor.getStage(), read(cursor.getPhase()), cursor.getStep());
    }

    static DataHandle write(Handle handle) {
        return DataHandle.newBuilder()
                .setAddress(handle.address())
                .setKey(handle.key())
                .setFloats(handle.length())
                .build();
    }

    static Handle read(DataHandle handle) {
        return new Handle(handle.getAddress(), handle.getKey(), handle.getFloats());
    }

    static FloatRange write(Range range) {
        return FloatRange.newBuilder().setFrom(range.from()).setTo(range.to()).build();
    }

    static Range read(FloatRange range) {
        return new Range(range.getFrom(), range.getTo());
    }

    static PublishedShard write(ShardWeights shard) {
        return PublishedShard.newBuilder()
                .setRange(write(shard.range()))
                .setWeights(write(shard.weights()))
                .build();
    }

    static ShardWeights read(PublishedShard shard) {
        return new ShardWeights(read(shard.getRange()), read(shard.getWeights()));
    }

    static VectorLayout write(Layout layout) {
        ModelShape shape = layout.shape();
        VectorLayout.Builder wire = VectorLayout.newBuilder();
        if (shape.image() instanceof ResNet resnet) {
            wire.setResnet(write(resnet));
        } else {
            wire.setImage(write(shape.vision()));
        }
        return wire.setEmbedding(shape.embedding())
                .setActivation(write(shape.activation()))
                .setText(write(shape.text()))
                .setTokenRows(layout.tokenRows())
                .setMasked(layout.masked())
                .setLogitScaleLearned(layout.logitScaleLearned())
                .setSha256(layout.hash())
                .build();
    }

    static Layout read(VectorLayout wire) {
        ModelShape shape =
                new ModelShape(wire.getEmbedding(), read(wire.getActivation()), readImage(wire), read(wire.getText()));
        Layout layout = Layout.of(shape, wire.getTokenRows(), wire.getMasked(), wire.getLogitScaleLearned());
        if (!layout.hash().equals(wire.getSha256())) {
            throw new IllegalArgumentException("layout [" + wire.getSha256() + "] is laid out as [" + layout.hash()
                    + "] here; run the same version on every machine");
        }
        return layout;
    }

    private static ImageTower readImage(VectorLayout wire) {
        return switch (wire.getImageTowerCase()) {
            case IMAGE -> read(wire.getImage());
            case RESNET -> read(wire.getResnet());
            case IMAGETOWER_NOT_SET -> throw new IllegalArgumentException("a layout without an image tower");
        };
    }

    private static ResNetShape write(ResNet tower) {
        return ResNetShape.newBuilder()
                .setImageSizePixels(tower.imageSize())
                .setWidth(tower.width())
                .setHeadWidth(tower.headWidth())
                .addAllBlocks(tower.blocks())
                .build();
    }

    private static ResNet read(ResNetShape tower) {
        return new ResNet(
                tower.getImageSizePixels(), tower.getWidth(), tower.getHeadWidth(), List.copyOf(tower.getBlocksList()));
    }

    private static ImageTowerShape write(VisionTransformer tower) {
        return ImageTowerShape.newBuilder()
                .setImageSizePixels(tower.imageSize())
                .setPatchSizePixels(tower.patchSize())
                .setWidth(tower.width())
                .setHeadWidth(tower.headWidth())
                .addAllLayers(write(tower.layers()))
                .build();
    }

    private static VisionTransformer read(ImageTowerShape tower) {
        return new VisionTransformer(
                tower.getImageSizePixels(),
                tower.getPatchSizePixels(),
                tower.getWidth(),
                tower.getHeadWidth(),
                read(tower.getLayersList()));
    }

    private static TextTowerShape write(TextTower tower) {
        return TextTowerShape.newBuilder()
                .setContextLengthTokens(tower.contextLength())
                .setVocabularyTokens(tower.vocabulary())
                .setWidth(tower.width())
                .setHeadWidth(tower.headWidth())
                .addAllLayers(write(tower.layers()))
                .build();
    }

    private static TextTower read(TextTowerShape tower) {
        return new TextTower(
                tower.getContextLengthTokens(),
                tower.getVocabularyTokens(),
                tower.getWidth(),
                tower.getHeadWidth(),
                read(tower.getLayersList()));
    }

    private static List<TransformerLayer> write(List<LayerShape> layers) {
        return layers.stream()
                .map(layer -> TransformerLayer.newBuilder()
                        .setHeads(layer.heads())
                        .setNeurons(layer.neurons())
                        .build())
                .toList();
    }

    private static List<LayerShape> read(List<TransformerLayer> layers) {
        return layers.stream()
                .map(layer -> new LayerShape(layer.getHeads(), layer.getNeurons()))
                .toList();
    }

    private static Phase write(io.tinyclip.plan.Phase phase) {
        return switch (phase) {
            case PRETRAIN -> Phase.PHASE_PRETRAIN;
            case INHERIT -> Phase.PHASE_INHERIT;
            case DISTILL -> Phase.PHASE_DISTILL;
        };
    }

    private static io.tinyclip.plan.Phase read(Phase phase) {
        return switch (phase) {
            case PHASE_PRETRAIN -> io.tinyclip.plan.Phase.PRETRAIN;
            case PHASE_INHERIT -> io.tinyclip.plan.Phase.INHERIT;
            case PHASE_DISTILL -> io.tinyclip.plan.Phase.DISTILL;
            case PHASE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("phase [" + phase + "]");
        };
    }

    private static Activation write(io.tinyclip.model.Activation activation) {
        return switch (activation) {
            case GELU -> Activation.ACTIVATION_GELU;
            case QUICK_GELU -> Activation.ACTIVATION_QUICK_GELU;
        };
    }

    private static io.tinyclip.model.Activation read(Activation activation) {
        return switch (activation) {
            case ACTIVATION_GELU -> io.tinyclip.model.Activation.GELU;
            case ACTIVATION_QUICK_GELU -> io.tinyclip.model.Activation.QUICK_GELU;
            case ACTIVATION_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("activation [" + activation + "]");
        };
    }
}
