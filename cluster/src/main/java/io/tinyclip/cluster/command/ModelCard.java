package io.tinyclip.cluster.command;

import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.cluster.record.StageFigures;
import io.tinyclip.cluster.result.Results;
import io.tinyclip.files.Model;
import io.tinyclip.formats.HuggingFaceExport.Layers;
import io.tinyclip.formats.Padding;
import io.tinyclip.model.Counts;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model's folder says of itself on the Hugging Face hub: README.md, with the fields that the hub reads on top. Figures
 * are those of the run that made the model.
 *
 * @param run in whose folder the model lies
 * @param layers how its layers are written
 * @param license as the hub calls it; what the user does not say is said to be unknown
 */
record ModelCard(Model model, Optional<RunRecord> run, Optional<String> license, Layers layers) {
    private static final double MILLION = 1e6;

    /** @param bytes of the weights' file */
    String text(long bytes) {
        StringBuilder text = new StringBuilder("---\n");
        license.ifPresent(id -> text.append("license: ").append(id).append('\n'));
        text.append("library_name: transformers\npipeline_tag: zero-shot-image-classification\n");
        text.append("tags:\n- clip\n- tinyclip\n---\n\n");
        text.append("# ").append(title()).append("\n\n");
        sizes(text, bytes);
        run.ifPresent(record -> made(record, text));
        boolean uneven = layers == Layers.UNEVEN;
        String loader = uneven ? "AutoModel" : "CLIPModel";
        text.append("\n## Use\n\n```python\nfrom transformers import " + loader + ", CLIPProcessor\n\n");
        text.append(
                "model = " + loader + ".from_pretrained(\"PATH\"" + (uneven ? ", trust_remote_code=True" : "") + ")\n");
        text.append("processor = CLIPProcessor.from_pretrained(\"PATH\")\n```\n\n## Licence\n\n");
        text.append(license.map(
                        id -> "The model is given under `" + id + "`; teacher and data have licences of their own.")
                .orElse("Not said. The licences of its teacher and of its data decide what it may be used for."));
        return text.append('\n').toString();
    }

    private String title() {
        return run.map(record -> "CLIP " + record.beginning().name()).orElse("CLIP");
    }

    private void sizes(StringBuilder text, long bytes) {
        Padding padding = Padding.of(model.shape());
        Counts counts = padding.own();
        text.append(String.format(
                Locale.ROOT,
                "A CLIP model of %.2f million parameters: image tower %.2f, text tower %.2f, token table %.2f of %d rows%s; %.2f MB of"
                        + " weights. Pictures of %d x %d pixels, texts of at most %d tokens, embeddings of %d channels.%n",
                counts.total() / MILLION,
                counts.image() / MILLION,
                counts.text() / MILLION,
                counts.tokenEmbedding() / MILLION,
                model.shape().text().vocabulary(),
                model.cut().isPresent()
                        ? ", cut to the words of some texts: others are cut up into shorter tokens"
                        : "",
                bytes / MILLION,
                model.shape().image().imageSize(),
                model.shape().image().imageSize(),
                model.shape().text().contextLength(),
                model.shape().embedding()));
        if (padding.multipliedOut()) {
            text.append("The token table is a product of rank ")
                    .append(model.shape().text().tokenRank())
                    .append(", which is multiplied out here.\n");
        }
        padding.padded()
                .filter(padded -> layers == Layers.PADDED && padded.total() > counts.total())
                .ifPresent(padded -> text.append(String.format(
                        Locale.ROOT,
                        "Zeros that make its layers alike raise that to %.2f million here.%n",
                        padded.total() / MILLION)));
    }

    private void made(RunRecord record, StringBuilder text) {
        text.append("\n## How it was made\n\n");
        text.append(
                record.beginning().command().equals("pretrain")
                        ? "Trained from scratch with the contrastive loss.\n"
                        : "Compressed by the TinyCLIP method: the student begins with weights of its teacher, and mimics the"
                                + " teacher's affinities.\n");
        text.append("\n| | |\n|---|---|\n");
        row(text, "steps", Long.toString(steps(record)));
        row(text, "seed", Long.toString(record.beginning().seed()));
        record.beginning().inputs().forEach((input, hash) -> row(text, input + ", SHA-256", hash));
        row(text, "computed on", record.numerics().name());
        text.append("\n```\n").append(Results.table(record).text()).append("```\n");
    }

    private static long steps(RunRecord record) {
        return record.figures().stages().stream().mapToLong(StageFigures::steps).sum();
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("| ").append(name).append(" | `").append(value).append("` |\n");
    }
}
