"""The table of test_shown.py: each field and method of the drop-in classes, by each way to change it.

``subjects`` lists the classes and their fields, ``ways`` the ways to show a field. ``surface`` lists the
methods and the ways to change them, ``mappings`` the kinds of mapping. ``cell`` runs one program with both
libraries and compares the tokens. ``table`` collects the cells and prints them.
"""
