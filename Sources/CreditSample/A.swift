// first content comes with the generator
