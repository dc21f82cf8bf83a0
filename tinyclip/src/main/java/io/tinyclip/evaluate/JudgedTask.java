package io.tinyclip.evaluate;

import io.tinyclip.data.SampleLabel;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.List;
import java.util.Map;

/**
 * What a model is asked: pictures and texts to embed, and what follows from their embeddings. Who embeds which of them, and
 * where, is another's matter ({@link TaskEmbedder}); the figures are the same. May be asked by several threads at once.
 */
public interface JudgedTask {
    /** Pictures. */
    int pictures();

    /**
     * A picture as the model takes it.
     *
     * @throws io.tinyclip.image.BadPictureException if its bytes are whole and no picture that can be used
     */
    RgbImage picture(int index, Preprocessing preprocessing);

    /** What a picture is called where it lies, for people. */
    SampleLabel name(int index);

    /** No two alike: a text is embedded once, so that what is the same is as similar to whatever it is compared with. */
    List<String> texts();

    /**
     * The figures, most of them shares in 0..1; one that does not apply is not a number.
     *
     * @param embeddings of all pictures that can be used, and of all texts
     */
    Map<String, Double> figures(TaskEmbeddings embeddings);

    /** SHA-256, in hex, of all that decides the figures but the model. */
    String contentHash();
}
