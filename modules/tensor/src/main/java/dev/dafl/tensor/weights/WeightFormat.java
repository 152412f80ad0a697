package dev.dafl.tensor.weights;

/** The formats that weights are read from. */
public enum WeightFormat {
    SAFETENSORS("safetensors"),
    /** A list of files that have the tensors, {@code NAME.safetensors.index.json}. */
    SHARDS("shards"),
    /** A zip archive of {@code torch.save}. */
    TORCH("PyTorch"),
    /** {@code torch.save} before PyTorch 1.6. */
    TORCH_LEGACY("PyTorch before 1.6");

    private final String title;

    WeightFormat(String title) {
        this.title = title;
    }

    /** For people. */
    @Override
    public String toString() {
        return title;
    }
}
