"""A MusicGen and an ACE-Step of a few thousand random weights, built without the network: `python -m tests.remix.generate.tiny FAMILY FOLDER`."""

import sys
from pathlib import Path

CARD = "---\nlicense: {licence}\ntags:\n- music\n---\n# Tiny\nRandom weights for tests.\n"
RATE_HZ = 16_000


def tokenizer_of_few_words():
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: number for number, word in enumerate(("<pad>", "</s>", "<unk>", "warm", "pads", "drums", "bpm", "in", "minor"))}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")


def build(folder):
    import torch
    import transformers
    from transformers.models.musicgen.configuration_musicgen import MusicgenDecoderConfig

    torch.manual_seed(3)
    text = transformers.T5Config(vocab_size=64, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    audio = transformers.EncodecConfig(
        target_bandwidths=[1.2], sampling_rate=RATE_HZ, num_filters=4, hidden_size=8, codebook_size=512, codebook_dim=8,
        upsampling_ratios=[8, 8, 8, 4], num_lstm_layers=1,
    )  # fmt: skip
    decoder = MusicgenDecoderConfig(
        vocab_size=512, max_position_embeddings=512, num_hidden_layers=1, ffn_dim=32, num_attention_heads=2, hidden_size=16,
        num_codebooks=audio.num_quantizers, pad_token_id=512, bos_token_id=512,
    )  # fmt: skip
    config = transformers.MusicgenConfig(text_encoder=text.to_dict(), audio_encoder=audio.to_dict(), decoder=decoder.to_dict())
    model = transformers.MusicgenForConditionalGeneration(config)
    # A codebook that was never trained is all zeros, and would sound the same whatever it was asked.
    for layer in model.audio_encoder.quantizer.layers:
        layer.codebook.embed.normal_()
    for name in ("decoder_start_token_id", "pad_token_id", "bos_token_id"):
        setattr(model.generation_config, name, 512)
    feature = transformers.EncodecFeatureExtractor(feature_size=1, sampling_rate=RATE_HZ)
    model.save_pretrained(folder)
    transformers.MusicgenProcessor(feature, tokenizer_of_few_words()).save_pretrained(folder)


def build_ace_step(folder):
    """The same of ACE-Step: four small parts and a scheduler."""
    import diffusers
    import torch
    import transformers
    from diffusers.pipelines.ace_step import AceStepConditionEncoder

    torch.manual_seed(3)
    size = {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8}
    text = transformers.Qwen3Config(vocab_size=64, num_hidden_layers=1, max_position_embeddings=512, **size)
    vae = diffusers.AutoencoderOobleck(
        encoder_hidden_size=16, downsampling_ratios=[8, 8, 8, 4], channel_multiples=[1, 1, 1, 1], decoder_channels=8,
        decoder_input_channels=8, audio_channels=2, sampling_rate=RATE_HZ,
    )  # fmt: skip
    transformer = diffusers.AceStepTransformer1DModel(
        num_hidden_layers=1, in_channels=24, audio_acoustic_hidden_dim=8, encoder_hidden_size=16, is_turbo=True, **size
    )
    condition = AceStepConditionEncoder(
        text_hidden_dim=16, timbre_hidden_dim=8, num_lyric_encoder_hidden_layers=1, num_timbre_encoder_hidden_layers=1, **size
    )
    diffusers.AceStepPipeline(
        vae=vae, text_encoder=transformers.Qwen3Model(text), tokenizer=tokenizer_of_few_words(), transformer=transformer,
        condition_encoder=condition, scheduler=diffusers.FlowMatchEulerDiscreteScheduler(),
    ).save_pretrained(folder)  # fmt: skip


def card(folder, licence):
    (Path(folder) / "README.md").write_text(CARD.format(licence=licence), "utf-8")


if __name__ == "__main__":
    {"musicgen": build, "acestep": build_ace_step}[sys.argv[1]](sys.argv[2])
