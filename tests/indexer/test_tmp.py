def test_x():
    import indexer, sys
    import indexer.build
    print(indexer.__file__, sys.path[:4])
    assert 0
