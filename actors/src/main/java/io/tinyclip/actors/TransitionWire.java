package io.tinyclip.actors;

import com.google.protobuf.ByteString;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.LayerKept;
import io.tinyclip.inherit.TowerKept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.proto.v1.CutDecided;
import io.tinyclip.proto.v1.DecideCut;
import io.tinyclip.proto.v1.GatherShard;
import io.tinyclip.proto.v1.KeptLayer;
import io.tinyclip.proto.v1.KeptTower;
import io.tinyclip.proto.v1.KeptUnits;
import io.tinyclip.proto.v1.PublishedShard;
import io.tinyclip.proto.v1.TextWidthMap;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** What {@code transition.proto} says. */
final class TransitionWire {
    private final WireRefs refs;

    TransitionWire(WireRefs refs) {
        this.refs = refs;
    }

    List<WireCodec<?, ?>> codecs() {
        return List.of(
                new WireCodec<>(
                        "DecideCut", ParameterServer.DecideCut.class, this::write, DecideCut.parser(), this::read),
                new WireCodec<>(
                        "CutDecided", Coordinator.CutDecided.class, this::write, CutDecided.parser(), this::read),
                new WireCodec<>(
                        "GatherShard", ParameterServer.Gather.class, this::write, GatherShard.parser(), this::read));
    }

    private DecideCut write(ParameterServer.DecideCut decide) {
        return DecideCut.newBuilder()
                .setStamp(VersionWire.write(decide.stamp()))
                .setKeep(decide.keep())
                .setWidthMap(write(decide.widthMap()))
                .setReplyToRef(refs.write(decide.replyTo()))
                .build();
    }

    private ParameterServer.DecideCut read(DecideCut wire) {
        return new ParameterServer.DecideCut(
                VersionWire.read(wire.getStamp()),
                wire.getKeep(),
                read(wire.getWidthMap()),
                refs.read(wire.getReplyToRef()));
    }

    private CutDecided write(Coordinator.CutDecided decided) {
        return CutDecided.newBuilder()
                .setStamp(VersionWire.write(decided.stamp()))
                .setKept(write(decided.kept()))
                .setWidthMap(write(decided.widthMap()))
                .setSparsityExpected(decided.sparsity())
                .build();
    }

    private Coordinator.CutDecided read(CutDecided wire) {
        return new Coordinator.CutDecided(
                VersionWire.read(wire.getStamp()),
                read(wire.getKept()),
                read(wire.getWidthMap()),
                wire.getSparsityExpected());
    }

    private GatherShard write(ParameterServer.Gather gather) {
        GatherShard.Builder wire = GatherShard.newBuilder()
                .setStamp(VersionWire.write(gather.stamp()))
                .setBefore(VersionWire.write(gather.before()))
                .setNext(ShardWire.write(gather.next()))
                .addAllOld(write(gather.old().weights()))
                .addAllOldFirst(write(gather.old().first()))
                .addAllOldSecond(write(gather.old().second()))
                .setReplyToRef(refs.write(gather.replyTo()));
        gather.kept().ifPresent(kept -> wire.setKept(write(kept)));
        return wire.build();
    }

    private ParameterServer.Gather read(GatherShard wire) {
        return new ParameterServer.Gather(
                VersionWire.read(wire.getStamp()),
                VersionWire.read(wire.getBefore()),
                ShardWire.read(wire.getNext()),
                wire.hasKept() ? Optional.of(read(wire.getKept())) : Optional.empty(),
                new OldShards(read(wire.getOldList()), read(wire.getOldFirstList()), read(wire.getOldSecondList())),
                refs.read(wire.getReplyToRef()));
    }

    private static List<PublishedShard> write(List<ShardWeights> shards) {
        return shards.stream().map(VersionWire::write).toList();
    }

    private static List<ShardWeights> read(List<PublishedShard> wire) {
        return wire.stream().map(VersionWire::read).toList();
    }

    private static KeptUnits write(Kept kept) {
        return KeptUnits.newBuilder()
                .setImage(write(kept.image()))
                .setText(write(kept.text()))
                .build();
    }

    private static Kept read(KeptUnits wire) {
        return new Kept(read(wire.getImage()), read(wire.getText()));
    }

    private static KeptTower write(TowerKept tower) {
        return KeptTower.newBuilder()
                .setWidthBits(bits(tower.width()))
                .addAllLayers(tower.layers().stream()
                        .map(layer -> KeptLayer.newBuilder()
                                .setHeadBits(bits(layer.heads()))
                                .setNeuronBits(bits(layer.neurons()))
                                .build())
                        .toList())
                .build();
    }

    private static TowerKept read(KeptTower wire) {
        return new TowerKept(
                indices(wire.getWidthBits()),
                wire.getLayersList().stream()
                        .map(layer -> new LayerKept(indices(layer.getHeadBits()), indices(layer.getNeuronBits())))
                        .toList());
    }

    private static TextWidthMap write(WidthMap map) {
        TextWidthMap.Builder wire =
                TextWidthMap.newBuilder().setTeacherWidth(map.teacherWidth()).setChannelBits(bits(map.channel()));
        for (float factor : map.factor()) {
            wire.addFactors(factor);
        }
        return wire.build();
    }

    private static WidthMap read(TextWidthMap wire) {
        float[] factors = new float[wire.getFactorsCount()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = wire.getFactors(i);
        }
        return new WidthMap(wire.getTeacherWidth(), indices(wire.getChannelBits()), factors);
    }

    private static ByteString bits(int[] ascending) {
        BitSet bits = new BitSet();
        for (int index : ascending) {
            bits.set(index);
        }
        return ByteString.copyFrom(bits.toByteArray());
    }

    private static int[] indices(ByteString bits) {
        return BitSet.valueOf(bits.toByteArray()).stream().toArray();
    }
}
