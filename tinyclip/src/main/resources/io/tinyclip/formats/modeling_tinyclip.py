# SPDX-License-Identifier: Apache-2.0
"""A CLIP whose layers may all differ, as learned masks leave them, without padding.

    from transformers import AutoModel, CLIPProcessor

    model = AutoModel.from_pretrained(DIR, trust_remote_code=True)
    processor = CLIPProcessor.from_pretrained(DIR)

It is called like CLIPModel, gives what CLIPModel gives, and its tensors have CLIPModel's names. What differs lies in
text_config and vision_config: layer_heads and layer_neurons list what each layer has left, head_width is the same in all
of them, and hidden_size need not be a multiple of it. Where a layer has no heads left, or no neurons, that half is a
constant: its output bias. Attention weights can't be asked for.

Letters in shapes: B batch, L tokens, D hidden_size, H heads of a layer, K head_width, E projection_dim.
"""
import torch
import transformers
from torch import nn
from torch.nn import functional
from transformers import CLIPConfig, PreTrainedModel
from transformers.activations import ACT2FN
from transformers.modeling_outputs import BaseModelOutputWithPooling
from transformers.models.clip.modeling_clip import CLIPOutput

# Up to version 4, get_text_features and get_image_features of CLIPModel give the tensor itself.
FEATURES_ARE_TENSORS = int(transformers.__version__.split(".")[0]) < 5

# Configs that say so are older than the end token's id in them: a text's largest id is its end.
LARGEST_ID_ENDS = 2


class TinyCLIPConfig(CLIPConfig):
    """CLIPConfig, with head_width, layer_heads and layer_neurons in both towers' configs."""

    model_type = "tinyclip"


class Constant(nn.Module):
    """What is left of a projection whose inputs are all gone."""

    def __init__(self, width):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(width))


class Attention(nn.Module):
    def __init__(self, width, head_width, heads):
        super().__init__()
        self.head_width = head_width
        self.heads = heads
        if heads == 0:
            self.out_proj = Constant(width)
            return
        inner = heads * head_width
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, x, mask):
        batch, length, _ = x.shape
        query, key, value = (
            projection(x).view(batch, length, self.heads, self.head_width).transpose(1, 2)  # (B, H, L, K)
            for projection in (self.q_proj, self.k_proj, self.v_proj)
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, length, self.heads * self.head_width))  # (B, L, D)


class FeedForward(nn.Module):
    def __init__(self, width, neurons, activation):
        super().__init__()
        if neurons == 0:
            self.fc2 = Constant(width)
            return
        self.fc1 = nn.Linear(width, neurons)
        self.activation = ACT2FN[activation]
        self.fc2 = nn.Linear(neurons, width)

    def forward(self, x):
        return self.fc2(self.activation(self.fc1(x)))


class Layer(nn.Module):
    def __init__(self, config, heads, neurons):
        super().__init__()
        width = config.hidden_size
        self.self_attn = Attention(width, config.head_width, heads)
        self.mlp = FeedForward(width, neurons, config.hidden_act)
        self.layer_norm1 = nn.LayerNorm(width, eps=config.layer_norm_eps) if heads else None
        self.layer_norm2 = nn.LayerNorm(width, eps=config.layer_norm_eps) if neurons else None

    def forward(self, x, mask):
        if self.layer_norm1 is None:
            x = x + self.self_attn.out_proj.bias
        else:
            x = x + self.self_attn(self.layer_norm1(x), mask)
        if self.layer_norm2 is None:
            return x + self.mlp.fc2.bias
        return x + self.mlp(self.layer_norm2(x))


class Encoder(nn.Module):
    def __init__(self, config):
        super().__init__()
        heads, neurons = config.layer_heads, config.layer_neurons
        if not len(heads) == len(neurons) == config.num_hidden_layers:
            raise ValueError(
                f"layer_heads has {len(heads)} and layer_neurons {len(neurons)} entries; both must have "
                f"num_hidden_layers, {config.num_hidden_layers}"
            )
        self.layers = nn.ModuleList(Layer(config, *sizes) for sizes in zip(heads, neurons))

    def forward(self, x, mask=None):
        """The hidden states before the first layer and after each."""
        states = [x]
        for layer in self.layers:
            states.append(layer(states[-1], mask))
        return states


class TextEmbeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.token_embedding = nn.Embedding(config.vocab_size, config.hidden_size)
        self.position_embedding = nn.Embedding(config.max_position_embeddings, config.hidden_size)

    def forward(self, input_ids, position_ids=None):
        length, most = input_ids.shape[-1], self.position_embedding.num_embeddings
        if length > most:
            raise ValueError(f"a text of {length} tokens; at most {most} have a position, truncate it")
        if position_ids is None:
            position_ids = torch.arange(length, device=input_ids.device)
        return self.token_embedding(input_ids) + self.position_embedding(position_ids)  # (B, L, D)


class VisionEmbeddings(nn.Module):
    def __init__(self, config):
        super().__init__()
        width, patch = config.hidden_size, config.patch_size
        self.image_size = config.image_size
        self.class_embedding = nn.Parameter(torch.zeros(width))
        self.patch_embedding = nn.Conv2d(config.num_channels, width, kernel_size=patch, stride=patch, bias=False)
        self.position_embedding = nn.Embedding(1 + (config.image_size // patch) ** 2, width)

    def forward(self, pixel_values):
        if pixel_values.shape[-2:] != (self.image_size, self.image_size):
            raise ValueError(
                f"pictures of {tuple(pixel_values.shape[-2:])} pixels; they must have "
                f"{self.image_size} x {self.image_size}, as the processor makes them"
            )
        patches = self.patch_embedding(pixel_values.to(self.patch_embedding.weight.dtype))
        patches = patches.flatten(2).transpose(1, 2)  # (B, L - 1, D)
        first = self.class_embedding.expand(len(patches), 1, -1)
        return torch.cat([first, patches], dim=1) + self.position_embedding.weight  # (B, L, D)


class TextTower(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.end = config.eos_token_id
        self.embeddings = TextEmbeddings(config)
        self.encoder = Encoder(config)
        self.final_layer_norm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, input_ids=None, attention_mask=None, position_ids=None, output_hidden_states=None):
        if input_ids is None:
            raise ValueError("give input_ids")
        input_ids = input_ids.view(-1, input_ids.shape[-1])
        states = self.encoder(self.embeddings(input_ids, position_ids), seen(input_ids, attention_mask))
        last = self.final_layer_norm(states[-1])
        if self.end == LARGEST_ID_ENDS:
            ends = input_ids.to(torch.int).argmax(dim=-1)
        else:
            ends = (input_ids == self.end).to(torch.int).argmax(dim=-1)
        pooled = last[torch.arange(len(last), device=last.device), ends]  # (B, D)
        return tower_output(last, pooled, states, output_hidden_states)


class VisionTower(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.embeddings = VisionEmbeddings(config)
        self.pre_layrnorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.encoder = Encoder(config)
        self.post_layernorm = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)

    def forward(self, pixel_values=None, output_hidden_states=None):
        if pixel_values is None:
            raise ValueError("give pixel_values")
        states = self.encoder(self.pre_layrnorm(self.embeddings(pixel_values)))
        return tower_output(states[-1], self.post_layernorm(states[-1][:, 0]), states, output_hidden_states)


class TinyCLIPModel(PreTrainedModel):
    config_class = TinyCLIPConfig
    base_model_prefix = "clip"
    main_input_name = "input_ids"
    input_modalities = ("image", "text")
    _no_split_modules = ["Layer", "TextEmbeddings", "VisionEmbeddings"]
    _supports_sdpa = True

    def __init__(self, config):
        super().__init__(config)
        text, vision = config.text_config, config.vision_config
        self.text_model = TextTower(text)
        self.vision_model = VisionTower(vision)
        self.text_projection = nn.Linear(text.hidden_size, config.projection_dim, bias=False)
        self.visual_projection = nn.Linear(vision.hidden_size, config.projection_dim, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(float(config.logit_scale_init_value)))
        self.post_init()

    def _init_weights(self, module):
        """For training from random weights, and heads that others put on top; a file's weights replace all of it."""
        if isinstance(module, (nn.Linear, nn.Conv2d, nn.Embedding)):
            nn.init.normal_(module.weight, std=self.config.text_config.initializer_range)
        elif isinstance(module, nn.LayerNorm):
            nn.init.ones_(module.weight)
        if isinstance(module, (nn.Linear, nn.LayerNorm, Constant)) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def get_text_features(self, input_ids=None, attention_mask=None, position_ids=None, **kwargs):
        """Text embeddings, (B, E), not of unit length."""
        told = self.text_model(input_ids, attention_mask, position_ids, kwargs.get("output_hidden_states"))
        return features(told, self.text_projection)

    def get_image_features(self, pixel_values=None, **kwargs):
        """Image embeddings, (B, E), not of unit length."""
        seen_of = self.vision_model(pixel_values, kwargs.get("output_hidden_states"))
        return features(seen_of, self.visual_projection)

    def forward(
        self,
        input_ids=None,
        pixel_values=None,
        attention_mask=None,
        position_ids=None,
        return_loss=None,
        output_hidden_states=None,
        return_dict=None,
        **kwargs,
    ):
        text = self.text_model(input_ids, attention_mask, position_ids, output_hidden_states)
        vision = self.vision_model(pixel_values, output_hidden_states)
        text_embeds = functional.normalize(self.text_projection(text.pooler_output), dim=-1)  # (B, E)
        image_embeds = functional.normalize(self.visual_projection(vision.pooler_output), dim=-1)
        logits_per_text = text_embeds @ image_embeds.t() * self.logit_scale.exp()  # (texts, images)
        output = CLIPOutput(
            loss=contrastive_loss(logits_per_text) if return_loss else None,
            logits_per_image=logits_per_text.t(),
            logits_per_text=logits_per_text,
            text_embeds=text_embeds,
            image_embeds=image_embeds,
            text_model_output=text,
            vision_model_output=vision,
        )
        return output.to_tuple() if return_dict is False else output


def features(output, projection):
    output.pooler_output = projection(output.pooler_output)
    return output.pooler_output if FEATURES_ARE_TENSORS else output


def seen(input_ids, attention_mask):
    """Which tokens each token sees: those before it, itself, and no padding. (1 or B, 1, L, L)"""
    length = input_ids.shape[-1]
    mask = torch.ones(length, length, dtype=torch.bool, device=input_ids.device).tril()[None, None]
    if attention_mask is None:
        return mask
    itself = torch.eye(length, dtype=torch.bool, device=input_ids.device)
    return mask & attention_mask.to(torch.bool)[:, None, None, :] | itself


def tower_output(last, pooled, states, output_hidden_states):
    return BaseModelOutputWithPooling(
        last_hidden_state=last,
        pooler_output=pooled,
        hidden_states=tuple(states) if output_hidden_states else None,
    )


def contrastive_loss(logits_per_text):
    pairs = torch.arange(len(logits_per_text), device=logits_per_text.device)
    texts = functional.cross_entropy(logits_per_text, pairs)
    images = functional.cross_entropy(logits_per_text.t(), pairs)
    return (texts + images) / 2
