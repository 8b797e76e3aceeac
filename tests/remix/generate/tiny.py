"""A MusicGen of a few thousand random weights, built without the network: `python -m tests.remix.generate.tiny FOLDER`."""

import sys
from pathlib import Path

CARD = "---\nlicense: {licence}\ntags:\n- music\n---\n# Tiny\nRandom weights for tests.\n"
RATE_HZ = 16_000


def build(folder):
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers
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
    words = {word: number for number, word in enumerate(("<pad>", "</s>", "<unk>", "warm", "pads", "drums", "bpm", "in", "minor"))}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    feature = transformers.EncodecFeatureExtractor(feature_size=1, sampling_rate=RATE_HZ)
    model.save_pretrained(folder)
    transformers.MusicgenProcessor(feature, fast).save_pretrained(folder)


def card(folder, licence):
    (Path(folder) / "README.md").write_text(CARD.format(licence=licence), "utf-8")


if __name__ == "__main__":
    build(sys.argv[1])
