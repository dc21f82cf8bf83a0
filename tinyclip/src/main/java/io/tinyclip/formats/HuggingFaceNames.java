package io.tinyclip.formats;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hugging Face's names of CLIP's tensors, beside OpenCLIP's. There, queries, keys and values are three tensors and
 * projections are stored transposed.
 */
final class HuggingFaceNames {
    private static final Pattern OURS = Pattern.compile("(visual\\.)?transformer\\.resblocks\\.(\\d+)\\.(.+)");
    private static final Pattern THEIRS = Pattern.compile("(vision|text)_model\\.encoder\\.layers\\.(\\d+)\\.(.+)");
    private static final String IN_PROJ = "attn.in_proj_";

    private static final Map<String, String> MODEL = weightsAndBiases(
            Map.of(
                    "visual.ln_pre", "vision_model.pre_layrnorm",
                    "visual.ln_post", "vision_model.post_layernorm",
                    "ln_final", "text_model.final_layer_norm"),
            Map.of(
                    "visual.class_embedding", "vision_model.embeddings.class_embedding",
                    "visual.positional_embedding", "vision_model.embeddings.position_embedding.weight",
                    "visual.conv1.weight", "vision_model.embeddings.patch_embedding.weight",
                    "visual.proj", "visual_projection.weight",
                    "token_embedding.weight", "text_model.embeddings.token_embedding.weight",
                    "positional_embedding", "text_model.embeddings.position_embedding.weight",
                    "text_projection", "text_projection.weight",
                    "logit_scale", "logit_scale"));
    private static final Map<String, String> LAYER = weightsAndBiases(
            Map.of(
                    "ln_1", "layer_norm1",
                    "ln_2", "layer_norm2",
                    "attn.out_proj", "self_attn.out_proj",
                    "mlp.c_fc", "mlp.fc1",
                    "mlp.c_proj", "mlp.fc2"),
            Map.of());
    private static final Map<String, String> MODEL_BACK = inverted(MODEL);
    private static final Map<String, String> LAYER_BACK = inverted(LAYER);

    private HuggingFaceNames() {}

    /** Whether a state dict with that name in it is one of Hugging Face's. */
    static boolean recognise(String name) {
        return name.startsWith("vision_model.") || name.startsWith("text_model.");
    }

    /** Where a tensor of ours comes from; a name that they do not have stays as it is. */
    static Origin origin(String ours) {
        String whole = MODEL.get(ours);
        if (whole != null) {
            return new Origin(List.of(whole), ours.endsWith("proj") || ours.endsWith("projection"));
        }
        Matcher layer = OURS.matcher(ours);
        if (!layer.matches()) {
            return Origin.same(ours);
        }
        String prefix = (layer.group(1) == null ? "text" : "vision") + "_model.encoder.layers." + layer.group(2) + ".";
        String part = layer.group(3);
        if (part.startsWith(IN_PROJ)) {
            String kind = part.substring(IN_PROJ.length());
            return new Origin(
                    Stream.of("q", "k", "v")
                            .map(which -> prefix + "self_attn." + which + "_proj." + kind)
                            .toList(),
                    false);
        }
        String theirs = LAYER.get(part);
        return theirs == null ? Origin.same(ours) : new Origin(List.of(prefix + theirs), false);
    }

    /** Our tensor that a tensor of theirs is, or is a part of; the name itself where it is none. */
    static String ours(String theirs) {
        String whole = MODEL_BACK.get(theirs);
        if (whole != null) {
            return whole;
        }
        Matcher layer = THEIRS.matcher(theirs);
        if (!layer.matches()) {
            return theirs;
        }
        String prefix = (layer.group(1).equals("text") ? "" : "visual.") + "transformer.resblocks." + layer.group(2);
        String part = layer.group(3).replaceFirst("^self_attn\\.[qkv]_proj\\.", IN_PROJ);
        String ours = prefix + "." + LAYER_BACK.getOrDefault(part, part);
        return origin(ours).names().contains(theirs) ? ours : theirs;
    }

    private static Map<String, String> weightsAndBiases(Map<String, String> modules, Map<String, String> tensors) {
        Map<String, String> all = new HashMap<>(tensors);
        modules.forEach((ours, theirs) -> {
            all.put(ours + ".weight", theirs + ".weight");
            all.put(ours + ".bias", theirs + ".bias");
        });
        return all;
    }

    private static Map<String, String> inverted(Map<String, String> names) {
        Map<String, String> inverse = new HashMap<>();
        names.forEach((ours, theirs) -> inverse.put(theirs, ours));
        return inverse;
    }
}
