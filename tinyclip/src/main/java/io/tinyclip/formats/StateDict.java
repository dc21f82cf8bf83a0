package io.tinyclip.formats;

import io.tinyclip.files.tensors.TensorFile;
import io.tinyclip.model.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The tensors of a CLIP in a file, without the wrappings that training puts around their names. What belongs to the
 * trainer, and buffers that hold nothing learned, are left out.
 *
 * @param names of a tensor without wrappings, to its name in the file
 * @param towersApart whether the two towers were two modules, as TinyCLIP has them
 */
record StateDict(Map<String, String> names, boolean towersApart) {
    private static final String STATE = "state_dict.";
    private static final List<String> WRAPPINGS = List.of(STATE, "model.", "module.", "base_model.");
    /**
     * Modules that training puts around parts of a model: activation checkpointing, FSDP, compilation, Lightning's Fabric,
     * adapters that were merged. No CLIP has a part of that name, so they go wherever they stand.
     */
    private static final Pattern AROUND_PARTS =
            Pattern.compile("(?<=^|\\.)(?:_checkpoint_wrapped_module|_fsdp_wrapped_module"
                    + "|_flat_param_wrapped_module|_orig_mod|_forward_module|base_layer)\\.");

    /** Parts of low-rank adapters, as PEFT and others name them. */
    private static final Pattern ADAPTER = Pattern.compile(
            "(?:^|.*\\.)(?:lora_(?:A|B|down|up|embedding_A|embedding_B|magnitude_vector)|modules_to_save)(?:\\..*|$)");

    /** First words of the names of averaged weights, which a checkpoint has beside the model's. */
    private static final Set<String> AVERAGED =
            Set.of("ema", "ema_model", "model_ema", "model_emas", "ema_state_dict", "state_dict_ema", "averaged_model");
    /** No training wraps its model so often. */
    private static final int MOST_ROUNDS = 16;

    /** First words of the names in a checkpoint that belong to the trainer. */
    private static final Set<String> TRAINER = Set.of(
            "optimizer",
            "optimizers",
            "optimizer_states",
            "scaler",
            "scheduler",
            "lr_scheduler",
            "lr_schedulers",
            "epoch",
            "step",
            "global_step",
            "iter_in_epoch",
            "loss",
            "rng",
            "rng_state");
    /** Sizes among the tensors of OpenAI's archives. */
    private static final List<String> OPENAI_SIZES = List.of("input_resolution", "context_length", "vocab_size");

    private static final Set<String> BUFFERS =
            Set.of("position_ids", "attn_mask", "num_batches_tracked", "n_averaged", "initted");
    private static final List<String> TOWERS = List.of(
            "_image_encoder.module.",
            "_image_encoder.",
            "image_encoder_without_ddp.",
            "_text_encoder.module.",
            "_text_encoder.",
            "text_encoder_without_ddp.",
            "_logit_scale.module.",
            "_logit_scale.",
            "logit_scale_without_ddp.");
    private static final String TEXT = "text.";
    private static final String MASKS = "l0_module.";

    /**
     * The state dict in a file.
     *
     * @throws InvalidInputException if two tensors of the file have the same name without wrappings, there are too many
     *     wrappings, or learned masks are there that have not been cut
     */
    static StateDict of(TensorFile file) {
        Map<String, String> names = unwrapped(file);
        names.keySet().removeIf(name -> BUFFERS.contains(name.substring(name.lastIndexOf('.') + 1)));
        Map<String, String> plain = new LinkedHashMap<>();
        boolean towersApart = false;
        for (Map.Entry<String, String> entry : names.entrySet()) {
            String name = withoutTower(entry.getKey());
            boolean apart = !name.equals(entry.getKey());
            towersApart |= apart;
            String inFile = entry.getValue();
            if (apart && name.startsWith(MASKS)) {
                throw invalid(file, inFile, "is of masks that are still learned; cut the model first");
            }
            String kept = name.startsWith(TEXT) ? name.substring(TEXT.length()) : name;
            put(file, plain, kept, inFile);
        }
        return new StateDict(plain, towersApart);
    }

    /** Whether the tensors come from an archive as OpenAI published them; takes its three numbers out. */
    boolean takeOpenAiSizes() {
        return names.keySet().containsAll(OPENAI_SIZES) && names.keySet().removeAll(OPENAI_SIZES);
    }

    private static Map<String, String> unwrapped(TensorFile file) {
        Set<String> model = new LinkedHashSet<>(file.names());
        model.removeIf(name -> TRAINER.contains(first(name)));
        if (!model.stream().allMatch(name -> AVERAGED.contains(first(name)))) {
            model.removeIf(name -> AVERAGED.contains(first(name)));
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : model) {
            if (ADAPTER.matcher(name).matches()) {
                throw invalid(
                        file,
                        name,
                        "is of a low-rank adapter (LoRA); merge it into its model, such as by PEFT's merge_and_unload(),"
                                + " and save the whole model");
            }
            String kept =
                    AVERAGED.contains(first(name)) ? name.substring(first(name).length() + 1) : name;
            String state = kept.startsWith(STATE) ? kept.substring(STATE.length()) : kept;
            put(file, names, AROUND_PARTS.matcher(state).replaceAll(""), name);
        }
        Map<String, String> inner = unwrapped(names);
        for (int round = 0; inner != names; round++) {
            if (round == MOST_ROUNDS) {
                throw new InvalidInputException("[" + file.where() + "]: all names begin with more than " + MOST_ROUNDS
                        + " times one of " + WRAPPINGS + "; save the model's own state dict");
            }
            names = inner;
            inner = unwrapped(names);
        }
        return names;
    }

    private static String first(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    /** The names without one wrapping of each kind that all of them have; the same map where there is none. */
    private static Map<String, String> unwrapped(Map<String, String> names) {
        Map<String, String> inner = names;
        for (String wrapping : WRAPPINGS) {
            if (!inner.isEmpty() && inner.keySet().stream().allMatch(name -> name.startsWith(wrapping))) {
                inner = withoutPrefix(inner, wrapping);
            }
        }
        return inner;
    }

    private static void put(TensorFile file, Map<String, String> names, String name, String inFile) {
        String before = names.put(name, inFile);
        if (before != null) {
            throw invalid(file, inFile, "is [" + name + "], and so is [" + before + "]; expected one of them");
        }
    }

    private static Map<String, String> withoutPrefix(Map<String, String> names, String prefix) {
        Map<String, String> shorter = new LinkedHashMap<>();
        names.forEach((name, inFile) -> shorter.put(name.substring(prefix.length()), inFile));
        return shorter;
    }

    private static String withoutTower(String name) {
        for (String tower : TOWERS) {
            if (name.startsWith(tower)) {
                return name.substring(tower.length());
            }
        }
        return name;
    }

    private static InvalidInputException invalid(TensorFile file, String tensor, String what) {
        return new InvalidInputException("[" + file.where() + " tensor " + tensor + "]: " + what);
    }
}
