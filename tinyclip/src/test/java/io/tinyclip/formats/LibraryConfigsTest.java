package io.tinyclip.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.files.JsonFields;
import io.tinyclip.files.StrictJson;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Config files as people have them: what is left out has the library's default, what is not supported is refused. */
class LibraryConfigsTest {
    @TempDir
    Path folder;

    private Path huggingFace;
    private Path openClip;

    @BeforeEach
    void write() {
        huggingFace = folder.resolve("hf");
        openClip = folder.resolve("openclip");
        HuggingFaceExport.write(SmallModels.uniform(), huggingFace);
        OpenClipExport.write(SmallModels.uniform(), openClip);
    }

    @Test
    void anEmptyHuggingFaceConfigIsViTB32() {
        ModelShape shape = HuggingFaceConfig.read(new JsonFields(new JsonObject(), "config.json"));
        assertEquals(512, shape.embedding());
        assertEquals(Activation.QUICK_GELU, shape.activation());
        assertEquals(768, shape.vision().width());
        assertEquals(32, shape.vision().patchSize());
        assertEquals(new LayerShape(12, 3072), shape.vision().layers().get(11));
        assertEquals(new LayerShape(8, 2048), shape.text().layers().get(11));
        assertEquals(49_408, shape.text().vocabulary());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model_type | \"siglip\" | model_type [siglip]",
                "vision_config.layer_norm_eps | 1e-6 | layer_norm_eps",
                "text_config.layer_norm_eps | 1e-12 | layer_norm_eps",
                "text_config.hidden_act | \"gelu\" | hidden_act [gelu]",
                "vision_config.hidden_act | \"gelu_new\" | hidden_act [gelu_new]",
                "vision_config.num_channels | 1 | num_channels [1]",
                "vision_config.patch_size | 3 | patch_size [3]",
                "vision_config.num_attention_heads | 3 | num_attention_heads [3]",
                "vision_config.num_hidden_layers | 100000 | num_hidden_layers",
                "vision_config.hidden_size | 1e9 | hidden_size",
                "vision_config.hidden_size | -8 | hidden_size",
                "text_config.eos_token_id | 5 | eos_token_id [5]",
                "text_config.eos_token_id | - | eos_token_id [49407]",
                "quantization_config | {\"bits\": 8} | quantization_config",
                "vision_config | [] | vision_config",
                "projection_dim | 7 | expected shape [8, 7]"
            })
    void huggingFacesConfigIsRefusedByName(String key, String value, String complaint) {
        SmallModels.set(huggingFace.resolve("config.json"), key, value);
        ModelsTest.assertRefused(() -> Models.read(huggingFace), complaint, "config.json");
    }

    @Test
    void theOlderKeyOfHuggingFaceOverridesTheNewerOneWhole() {
        Path config = huggingFace.resolve("config.json");
        SmallModels.set(config, "text_config_dict", "{\"vocab_size\": 99, \"eos_token_id\": 2, \"hidden_size\": 64}");
        ModelShape shape = HuggingFaceConfig.read(new JsonFields(StrictJson.read(config), "config"));
        assertEquals(99, shape.text().vocabulary());
        assertEquals(12, shape.text().layers().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model_cfg.vision_cfg.timm_model_name | \"vit\" | timm_model_name",
                "model_cfg.vision_cfg.attentional_pool | true | attentional_pool",
                "model_cfg.vision_cfg.ls_init_value | 0.1 | ls_init_value",
                "model_cfg.vision_cfg.no_ln_pre | true | no_ln_pre",
                "model_cfg.vision_cfg.pool_type | \"avg\" | pool_type [avg]",
                "model_cfg.vision_cfg.qk_norm | true | qk_norm",
                "model_cfg.vision_cfg.image_size | [8, 16] | image_size",
                "model_cfg.vision_cfg.patch_size | 3 | patch_size [3]",
                "model_cfg.vision_cfg.mlp_ratio | 0 | mlp_ratio",
                "model_cfg.vision_cfg.layers | [1, 2] | four numbers",
                "model_cfg.vision_cfg.new_thing | 1 | new_thing",
                "model_cfg.text_cfg.hf_model_name | \"roberta-base\" | hf_model_name",
                "model_cfg.text_cfg.hf_tokenizer_name | \"t5\" | hf_tokenizer_name",
                "model_cfg.text_cfg.pool_type | \"last\" | pool_type [last]",
                "model_cfg.text_cfg.proj_bias | true | proj_bias",
                "model_cfg.text_cfg.no_causal_mask | true | no_causal_mask",
                "model_cfg.text_cfg.heads | 3 | heads [3]",
                "model_cfg.init_logit_bias | -10 | init_logit_bias",
                "model_cfg.multimodal_cfg | {\"width\": 8} | multimodal_cfg",
                "model_cfg.embed_dim | - | embed_dim",
                "preprocess_cfg.resize_mode | \"longest\" | resize_mode [longest]",
                "preprocess_cfg.std | [1, 0, 1] | std",
                "preprocess_cfg.mode | \"L\" | mode [L]"
            })
    void openClipsConfigIsRefusedByName(String key, String value, String complaint) {
        SmallModels.set(openClip.resolve("open_clip_config.json"), key, value);
        ModelsTest.assertRefused(() -> Models.read(openClip), complaint, "open_clip_config.json");
    }

    @Test
    void picturesHaveTheTowersSizeWhateverThePreprocessingSays() {
        Path config = openClip.resolve("open_clip_config.json");
        assertEquals("[]", assumed(openClip));
        SmallModels.set(config, "preprocess_cfg.size", "[8, 8]");
        assertEquals("[]", assumed(openClip));
        SmallModels.set(config, "preprocess_cfg.size", "10");
        assertEquals(8, Models.read(openClip).preprocessing().size());
        assertTrue(assumed(openClip).contains("preprocess_cfg's size 10"), assumed(openClip));
    }

    @Test
    void aFolderWithoutPreprocessorIsCutAsHuggingFaceDoes() throws IOException {
        Files.delete(huggingFace.resolve("preprocessor_config.json"));
        assertEquals(
                ResizeMode.SHORTEST_FLOOR,
                Models.read(huggingFace).preprocessing().mode());
        assertTrue(assumed(huggingFace).contains("CLIP's preprocessing"));
    }

    private static String assumed(Path written) {
        return Models.read(written)
                .provenance()
                .getAsJsonObject("read")
                .get("assumed")
                .toString();
    }

    @Test
    void aHeadWidthThatDoesNotDivideTheWidthGivesAWholeNumberOfHeads() {
        SmallModels.set(openClip.resolve("open_clip_config.json"), "model_cfg.vision_cfg.head_width", "3");
        assertEquals(4, Models.read(openClip).shape().vision().headWidth());
    }

    @Test
    void openClipsDefaultsAreItsOwn() {
        Path config = openClip.resolve("open_clip_config.json");
        SmallModels.set(config, "model_cfg.vision_cfg", "{}");
        SmallModels.set(config, "model_cfg.text_cfg", "{}");
        SmallModels.set(config, "model_cfg.quick_gelu", "-");
        ModelShape shape = OpenClipConfig.shape(new JsonFields(StrictJson.read(config), "config"));
        assertEquals(Activation.GELU, shape.activation());
        assertEquals(768, shape.vision().width());
        assertEquals(16, shape.vision().patchSize());
        assertEquals(new LayerShape(12, 3072), shape.vision().layers().get(0));
        assertEquals(512, shape.text().width());
        assertEquals(new LayerShape(8, 2048), shape.text().layers().get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"size\": 8, \"crop_size\": 8} | 8 | SHORTEST_FLOOR | BICUBIC",
                "{\"size\": 8, \"crop_size\": 8, \"crop_rounding\": \"half_even\"} | 8 | SHORTEST | BICUBIC",
                "{\"size\": 8, \"crop_size\": 8, \"feature_extractor_type\": \"CLIPFeatureExtractor\"} | 8 | SHORTEST_FLOOR | BICUBIC",
                "{\"size\": 8, \"crop_size\": 8, \"image_processor_type\": \"CLIPImageProcessorFast\"} | 8 | SHORTEST_FLOOR | BICUBIC",
                "{\"size\": {\"shortest_edge\": 10}, \"crop_size\": {\"height\": 8, \"width\": 8}} | 10 | SHORTEST_FLOOR | BICUBIC",
                "{\"size\": {\"height\": 8, \"width\": 8}, \"do_center_crop\": false, \"resample\": 2} | 8 | SQUASH | BILINEAR",
                "{\"size\": {\"height\": 8, \"width\": 8}, \"crop_size\": 8, \"resample\": null} | 8 | SQUASH | BICUBIC"
            })
    void readsPreprocessorsOfAllAges(String json, int resize, ResizeMode mode, Interpolation interpolation) {
        Preprocessing read = preprocessing(json);
        Preprocessing usual = Preprocessing.clip(8);
        assertEquals(new Preprocessing(8, resize, mode, interpolation, usual.mean(), usual.std()), read);
    }

    @Test
    void pixelsThatAreNotNormalisedHaveNoMean() {
        Preprocessing read = preprocessing("{\"size\": 8, \"crop_size\": 8, \"do_normalize\": false}");
        assertEquals(List.of(0.0, 0.0, 0.0), read.mean());
        assertEquals(List.of(1.0, 1.0, 1.0), read.std());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | crop_size",
                "{\"size\": 8, \"crop_size\": 9} | crop_size",
                "{\"size\": 6, \"crop_size\": 8} | at least crop_size",
                "{\"size\": 8, \"do_center_crop\": false} | size",
                "{\"size\": {\"height\": 9, \"width\": 8}, \"crop_size\": 8} | size [9, 8]",
                "{\"size\": {\"longest_edge\": 8}, \"crop_size\": 8} | longest_edge",
                "{\"size\": 8, \"crop_size\": 8, \"image_processor_type\": \"ViTImageProcessor\"} | [ViTImageProcessor]",
                "{\"size\": 8, \"crop_size\": 8, \"feature_extractor_type\": \"ViTFeatureExtractor\"} | [ViTFeatureExtractor]",
                "{\"size\": 8, \"crop_size\": 8, \"do_resize\": false} | do_resize",
                "{\"size\": 8, \"crop_size\": 8, \"do_rescale\": false} | do_rescale",
                "{\"size\": 8, \"crop_size\": 8, \"do_pad\": true} | do_pad",
                "{\"size\": 8, \"crop_size\": 8, \"rescale_factor\": 0.5} | rescale_factor",
                "{\"size\": 8, \"crop_size\": 8, \"resample\": 1} | resample [1]",
                "{\"size\": 8, \"crop_size\": 8, \"image_mean\": [0.5, 0.5]} | image_mean",
                "{\"size\": 8, \"crop_size\": 8, \"image_std\": [0.5, 0.5, 0]} | image_std"
            })
    void preprocessorsAreRefusedByName(String json, String complaint) {
        ModelsTest.assertRefused(() -> preprocessing(json), complaint);
    }

    private static Preprocessing preprocessing(String json) {
        JsonObject object = JsonParser.parseString(json).getAsJsonObject();
        return HuggingFacePreprocessing.read(new JsonFields(object, "preprocessor_config.json"), 8);
    }
}
