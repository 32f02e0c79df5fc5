"""Vouchers and what points buy: the list from the menu, new ones, redeeming, points prices."""
